import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ownPath } from "../../shared/lib/format";

/** A lead of this installation, by a whole address or by its path alone. */
const LEAD = /((?:https?:\/\/[^\s/]+)?\/leads\/led_[a-z0-9]+)/gu;

/** A notice's text: where it names a lead, a link leads there. */
export function LinkedText({ text }: { text: string }) {
    const { t } = useTranslation("messages");
    return (
        <>
            {text.split(LEAD).map((part, index) => {
                if (index % 2 === 0) return part;
                const path = ownPath(part.slice(part.indexOf("/leads/")));
                return (
                    <Link key={index} to={path}>
                        {t("lead")}
                    </Link>
                );
            })}
        </>
    );
}
