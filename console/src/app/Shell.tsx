import { LogoutOutlined, MenuOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Button, Flex, Layout, Spin } from "antd";
import { lazy, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, Problem } from "../shared/api/client";
import { useSession, type Session } from "../shared/api/session";
import { currentLanguage, setLanguage } from "../shared/i18n";
import { ProblemAlert } from "../shared/ui/ProblemAlert";
import { Toasts } from "../shared/ui/toast";
import { Navigation } from "./Navigation";
import { SearchBox } from "./SearchBox";
import { useTheme } from "./theme";

// Only where there is no room for the navigation beside the page.
const Drawer = lazy(() => import("antd/es/drawer"));

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
        void navigate({ to: "/sign-in", search: { return_to: location.pathname + location.search }, replace: true });
    }, [navigate]);
    return <Spin fullscreen />;
}

const WIDE = matchMedia("(min-width: 992px)");

function onChange(changed: () => void): () => void {
    WIDE.addEventListener("change", changed);
    return () => WIDE.removeEventListener("change", changed);
}

/** Whether there is room for the navigation beside the page: known before anything is drawn. */
function useWide(): boolean {
    return useSyncExternalStore(onChange, () => WIDE.matches);
}

function Frame({ session }: { session: Session }) {
    const { t } = useTranslation("app");
    const wide = useWide();
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
            {!wide && (
                <Suspense>
                    <Drawer open={open} onClose={() => setOpen(false)} placement="left" title="Tributary" size={280}>
                        {navigation}
                    </Drawer>
                </Suspense>
            )}
            <Toasts />
            <Layout>
                <Flex
                    component="header"
                    wrap
                    gap={8}
                    align="center"
                    style={{ padding: 12, background: "var(--card)", borderBottom: "1px solid var(--line)" }}
                >
                    {!wide && (
                        <Button
                            aria-label={t("menu")}
                            icon={<MenuOutlined aria-hidden />}
                            onClick={() => setOpen(true)}
                        />
                    )}
                    <SearchBox wide={wide} />
                    <Tools name={session.user.name} wide={wide} />
                </Flex>
                <main
                    id="main"
                    tabIndex={-1}
                    style={{ padding: wide ? 24 : 12, maxWidth: 1400, width: "100%", boxSizing: "border-box" }}
                >
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
            <Button type="text" lang={other} onClick={() => void setLanguage(other)}>
                {other === "zh" ? t("language.zh") : t("language.en")}
            </Button>
            <Button
                type="text"
                aria-label={dark ? t("light") : t("dark")}
                icon={dark ? <SunOutlined aria-hidden /> : <MoonOutlined aria-hidden />}
                onClick={toggle}
            />
            {wide && <span>{name}</span>}
            <Button
                type="text"
                aria-label={t("signOut")}
                icon={<LogoutOutlined aria-hidden />}
                onClick={() => void signOut()}
            />
        </Flex>
    );
}
