import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Card, Divider, Flex, Form, Input, Spin, Typography } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, Problem } from "../../shared/api/client";
import { SESSION_KEY } from "../../shared/api/session";
import { currentLanguage, setLanguage } from "../../shared/i18n";
import { ownPath } from "../../shared/lib/format";

/** A link's token stands behind the `#`, where no server and no log sees it. */
function tokenOfLink(): { token: string | null; returnTo: string } {
    const link = new URLSearchParams(location.hash.slice(1));
    const query = new URLSearchParams(location.search);
    return { token: link.get("token"), returnTo: ownPath(link.get("return_to") ?? query.get("return_to")) };
}

export function SignInPage() {
    const { t } = useTranslation("session");
    const navigate = useNavigate();
    const queries = useQueryClient();
    const { token, returnTo } = useRef(tokenOfLink()).current;
    const refused = new URLSearchParams(location.search).get("error");
    const open = useMutation({
        mutationFn: (token: string) => answer(api.POST("/api/v1/session", { body: { token } })),
        onSuccess: async () => {
            await queries.invalidateQueries({ queryKey: SESSION_KEY });
            void navigate({ to: returnTo, replace: true });
        },
    });
    const started = useRef(false);
    useEffect(() => {
        document.title = `${t("title")} · Tributary`;
        if (!token || started.current) return;
        // A link works once: not twice because a component was mounted twice.
        started.current = true;
        history.replaceState(null, "", "/sign-in");
        open.mutate(token);
    }, [token, open, t]);
    const other = currentLanguage() === "zh" ? "en" : "zh";
    if (open.isPending) return <Spin fullscreen />;
    return (
        <Flex component="main" justify="center" align="center" style={{ minHeight: "100vh", padding: 16 }}>
            <Card style={{ width: "100%", maxWidth: 420 }}>
                <Flex vertical gap={16}>
                    <Typography.Title level={1} style={{ fontSize: 24, margin: 0 }}>
                        {t("title")}
                    </Typography.Title>
                    {open.isError && (
                        <Alert type="error" showIcon title={isUsed(open.error) ? t("used") : t("failed")} />
                    )}
                    {refused && (
                        <Alert type="error" showIcon title={refused === "nobody_known" ? t("unknown") : t("failed")} />
                    )}
                    <LinkForm returnTo={returnTo} />
                    <Provider returnTo={returnTo} />
                    <Button type="link" lang={other} onClick={() => void setLanguage(other)}>
                        {t("language")}
                    </Button>
                </Flex>
            </Card>
        </Flex>
    );
}

function isUsed(error: unknown): boolean {
    return error instanceof Problem && error.code === "link_used_or_expired";
}

function LinkForm({ returnTo }: { returnTo: string }) {
    const { t } = useTranslation("session");
    const send = useMutation({
        mutationFn: (email: string) =>
            answer(api.POST("/api/v1/sign-in", { body: { email, language: currentLanguage(), return_to: returnTo } })),
    });
    if (send.isSuccess) return <Alert type="success" showIcon title={t("sent")} />;
    return (
        <Form layout="vertical" onFinish={({ email }: { email: string }) => send.mutate(email)}>
            <Form.Item
                name="email"
                label={t("email")}
                rules={[{ required: true, type: "email", message: t("emailNeeded") }]}
            >
                <Input type="email" autoComplete="email" autoFocus />
            </Form.Item>
            {send.isError && <Alert type="error" showIcon title={t("failed")} />}
            <Button type="primary" htmlType="submit" loading={send.isPending} block>
                {t("send")}
            </Button>
        </Form>
    );
}

function Provider({ returnTo }: { returnTo: string }) {
    const { t } = useTranslation("session");
    const ways = useQuery({ queryKey: ["sign-in"], queryFn: () => answer(api.GET("/api/v1/sign-in")) });
    if (!ways.data?.methods.includes("oidc")) {
        return ways.data?.development ? <Typography.Text type="secondary">{t("development")}</Typography.Text> : null;
    }
    return (
        <>
            <Divider plain>{t("or")}</Divider>
            <Button href={`/auth/oidc/start?return_to=${encodeURIComponent(returnTo)}`} block>
                {t("oidc")}
            </Button>
        </>
    );
}
