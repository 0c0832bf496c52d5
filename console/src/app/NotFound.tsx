import { Link } from "@tanstack/react-router";
import { Typography } from "antd";
import { useTranslation } from "react-i18next";

export function NotFound() {
    const { t } = useTranslation("app");
    return (
        <main className="nothing">
            <Typography.Title level={1} style={{ fontSize: 24 }}>
                {t("notFound.title")}
            </Typography.Title>
            <Link to="/">{t("notFound.home")}</Link>
        </main>
    );
}
