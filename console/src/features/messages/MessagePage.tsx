import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Flex, Skeleton, Steps, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { StatusTag } from "./StatusTag";

type Message = Schemas["Message"];

/** Why this person got this message, or did not: every verdict in order. */
export function MessagePage() {
    const { t } = useTranslation("messages");
    const { id } = useParams({ from: "/shell/messages/$id" });
    const message = useQuery({
        queryKey: ["message", id],
        queryFn: () => answer(api.GET("/api/v1/messages/{id}", { params: { path: { id } } })),
        refetchInterval: 10_000,
    });
    if (message.isPending) return <Skeleton active />;
    if (message.isError) return <ProblemAlert error={message.error} retry={() => void message.refetch()} />;
    const found = message.data;
    return (
        <Page title={found.rendered?.subject || t("one")} extra={<StatusTag status={found.status} />}>
            <div className="columns">
                <Flex vertical gap={16}>
                    <About message={found} />
                    <Why message={found} />
                </Flex>
                <Said message={found} />
            </div>
        </Page>
    );
}

function About({ message }: { message: Message }) {
    const { t } = useTranslation("messages");
    return (
        <Section title={t("about.title")}>
            <dl className="facts">
                <dt>{t("about.to")}</dt>
                <dd>
                    {message.profile ? (
                        <Link to="/profiles/$id" params={{ id: message.profile }}>
                            {message.address ?? t("about.person")}
                        </Link>
                    ) : (
                        message.address
                    )}{" "}
                    {message.identity && <IdentityTag identity={message.identity} />}
                </dd>
                <dt>{t("about.because")}</dt>
                <dd>{t("about.journey", { journey: message.journey, step: message.step })}</dd>
                <dt>{t("about.purpose")}</dt>
                <dd>{message.purpose}</dd>
            </dl>
        </Section>
    );
}

function useReason(): (reason: string) => string {
    const { t, i18n } = useTranslation("messages");
    return (reason) => (i18n.exists(`messages:reason.${reason}`) ? t(`reason.${reason}` as "reason.duplicate") : reason);
}

function Why({ message }: { message: Message }) {
    const { t, i18n } = useTranslation("messages");
    const reason = useReason();
    const verdict = (kind: string, verdict: string) => {
        const key = `verdict.${kind}_${verdict}`;
        return i18n.exists(`messages:${key}`) ? t(key as "verdict.gate_send") : `${kind}: ${verdict}`;
    };
    return (
        <Section title={t("why")}>
            {message.deliveries.length === 0 && (
                <Typography.Text>
                    {t("waiting")} <TimeText at={message.due_at} />
                </Typography.Text>
            )}
            <Steps
                orientation="vertical"
                size="small"
                current={message.deliveries.length}
                items={message.deliveries.map((one) => ({
                    title: verdict(one.kind, one.verdict),
                    status: ["skip", "failed", "unknown"].includes(one.verdict) ? "error" : "finish",
                    content: (
                        <Flex vertical>
                            {one.reason && <span>{reason(one.reason)}</span>}
                            {one.detail && <Typography.Text type="secondary">{one.detail}</Typography.Text>}
                            <TimeText at={one.at} />
                        </Flex>
                    ),
                }))}
            />
        </Section>
    );
}

function Said({ message }: { message: Message }) {
    const { t } = useTranslation("messages");
    const said = message.rendered;
    return (
        <Section title={t("said")}>
            {!said && <Typography.Text type="secondary">{t("nothingSaid")}</Typography.Text>}
            {said?.html ? (
                // Without scripts and without our origin: what customers typed may be in it.
                <iframe title={t("said")} sandbox="" srcDoc={said.html} style={{ width: "100%", height: 420, border: 0, background: "#fff" }} />
            ) : (
                <pre className="payload" tabIndex={0} style={{ fontFamily: "inherit", fontSize: 14 }}>
                    {said?.text}
                </pre>
            )}
        </Section>
    );
}
