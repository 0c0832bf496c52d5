import { LogoutOutlined, MenuOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Button, Drawer, Flex, Grid, Layout, Spin } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, Problem } from "../shared/api/client";
import { useSession, type Session } from "../shared/api/session";
import { currentLanguage, setLanguage } from "../shared/i18n";
import { ProblemAlert } from "../shared/ui/ProblemAlert";
import { Navigation } from "./Navigation";
import { useTheme } from "./theme";

// Choosing from a list is heavy: the page is there before it.
const SearchBox = lazy(() => import("./SearchBox").then((module) => ({ default: module.SearchBox })));

/** Everything behind the sign-in. */
export function Shell() {
    const session = useSession();
    if (session.isPending) return <Spin fullscreen />;
    if (session.error instanceof Problem && session.error.status === 401) {
        return <SignedOut />;
    }
    if (session.isError) return <ProblemAlert error={session.error} retry={() => void session.refetch()} />;
    return <Frame session={session.data} />;
}

/** Leaves once, for the sign-in page. As a `Navigate` it would go again with each step of its own way. */
function SignedOut() {
    const navigate = useNavigate();
    const left = useRef(false);
    useEffect(() => {
        if (left.current) return;
        left.current = true;
        void navigate({ to: "/sign-in", search: { return_to: location.pathname }, replace: true });
    }, [navigate]);
    return <Spin fullscreen />;
}

function Frame({ session }: { session: Session }) {
    const { t } = useTranslation("app");
    const wide = Grid.useBreakpoint().lg;
    const [open, setOpen] = useState(false);
    const navigation = <Navigation session={session} onChosen={() => setOpen(false)} />;
    return (
        <Layout style={{ minHeight: "100vh" }}>
            <a className="skip" href="#main">
                {t("skip")}
            </a>
            {wide && (
                <Layout.Sider theme="light" width={208}>
                    <strong style={{ display: "block", padding: 20, fontSize: 18 }}>Tributary</strong>
                    {navigation}
                </Layout.Sider>
            )}
            <Drawer open={open && !wide} onClose={() => setOpen(false)} placement="left" title="Tributary" size={280}>
                {navigation}
            </Drawer>
            <Layout>
                <Flex component="header" wrap gap={8} align="center" style={{ padding: 12, background: "var(--card)", borderBottom: "1px solid var(--line)" }}>
                    {!wide && <Button aria-label={t("menu")} icon={<MenuOutlined aria-hidden />} onClick={() => setOpen(true)} />}
                    <Suspense>
                        <SearchBox wide={wide ?? false} />
                    </Suspense>
                    <Tools name={session.user.name} wide={wide ?? false} />
                </Flex>
                <main id="main" tabIndex={-1} style={{ padding: wide ? 24 : 12, maxWidth: 1400, width: "100%", boxSizing: "border-box" }}>
                    <Outlet />
                </main>
            </Layout>
        </Layout>
    );
}

function Tools({ name, wide }: { name: string; wide: boolean }) {
    const { t } = useTranslation("app");
    const { dark, toggle } = useTheme();
    const queries = useQueryClient();
    const signOut = async () => {
        await answer(api.DELETE("/api/v1/session")).catch(() => undefined);
        queries.clear();
        location.assign("/sign-in");
    };
    const other = currentLanguage() === "zh" ? "en" : "zh";
    return (
        <Flex gap={4} align="center" style={{ marginInlineStart: "auto" }}>
            <Button type="text" lang={other} onClick={() => setLanguage(other)}>
                {other === "zh" ? t("language.zh") : t("language.en")}
            </Button>
            <Button type="text" aria-label={dark ? t("light") : t("dark")} icon={dark ? <SunOutlined aria-hidden /> : <MoonOutlined aria-hidden />} onClick={toggle} />
            {wide && <span>{name}</span>}
            <Button type="text" aria-label={t("signOut")} icon={<LogoutOutlined aria-hidden />} onClick={() => void signOut()} />
        </Flex>
    );
}
