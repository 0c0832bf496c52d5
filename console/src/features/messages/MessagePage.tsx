import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Flex, Skeleton, Steps, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { JourneyName, MessageReason, MessageStatusTag } from "../../shared/ui/messages";
import { ChannelName, ConsentFor, Id, Named, useNames } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { Address, IdentityTag, TimeText } from "../../shared/ui/texts";
import { detailOf, type Consent } from "./detail";
import { LinkedText } from "./LinkedText";
import { StepName } from "./StepName";

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
        <Page title={found.rendered?.subject || t("one")} extra={<MessageStatusTag status={found.status} />}>
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
                            {message.address ? <Address address={message.address} /> : t("about.person")}
                        </Link>
                    ) : (
                        message.address && <Address address={message.address} />
                    )}{" "}
                    {message.identity && <IdentityTag identity={message.identity} />}
                </dd>
                <dt>{t("about.because")}</dt>
                <dd>
                    <Sender message={message} />
                </dd>
                <dt>{t("about.purpose")}</dt>
                <dd>
                    <Named group="purpose" name={message.purpose} />
                </dd>
            </dl>
        </Section>
    );
}

/** Which step of which journey sent it; a notice to staff comes from the suite itself. */
function Sender({ message }: { message: Message }) {
    const { t } = useTranslation("messages");
    const names = useNames();
    if (message.purpose === "staff") {
        return <>{names("notice", message.step) ?? <JourneyName journey={message.journey} />}</>;
    }
    return (
        <>
            {t("about.journey")}{" "}
            <Link to="/journeys/$id" params={{ id: message.journey }}>
                <JourneyName journey={message.journey} />
            </Link>
            {" · "}
            <StepName journey={message.journey} step={message.step} />
        </>
    );
}

function Why({ message }: { message: Message }) {
    const { t, i18n } = useTranslation("messages");
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
                            {one.reason && (
                                <span>
                                    <MessageReason reason={one.reason} />
                                </span>
                            )}
                            {one.detail && (
                                <Typography.Text type="secondary">
                                    <Detail text={one.detail} />
                                </Typography.Text>
                            )}
                            <TimeText at={one.at} />
                        </Flex>
                    ),
                }))}
            />
        </Section>
    );
}

/** By which way it went and which statement decided, in words; what a provider answered as it is. */
function Detail({ text }: { text: string }) {
    const { t } = useTranslation("messages");
    const { medium, address, provider, consent } = detailOf(text);
    if (!provider && !consent) return <Id>{text}</Id>;
    return (
        <>
            {medium && (
                <>
                    <Named group="medium" name={medium} />{" "}
                </>
            )}
            {address && (
                <>
                    <Address address={address} />{" "}
                </>
            )}
            {provider && (
                <>
                    {t("via")} <Provider name={provider} />
                </>
            )}
            {consent && <Counted consent={consent} />}
        </>
    );
}

/** Which statement of the person decided, and where it was made. */
function Counted({ consent }: { consent: Consent }) {
    const { t } = useTranslation("messages");
    const opens = useMay("touchpoints:view");
    const { state, medium, purpose, at, touchpoint } = consent;
    return (
        <div>
            {t(`consent.${state}`)} <ConsentFor medium={medium} purpose={purpose} /> · <TimeText at={at} />{" "}
            {opens && (
                <Link to="/touchpoints/$id" params={{ id: touchpoint }}>
                    {t("consent.open")}
                </Link>
            )}
        </div>
    );
}

function Provider({ name }: { name: string }) {
    const [channel = name, endpoint] = name.split("/");
    return <ChannelName channel={channel} endpoint={endpoint} />;
}

function Said({ message }: { message: Message }) {
    const { t } = useTranslation("messages");
    const said = message.rendered;
    return (
        <Section title={t("said")}>
            {!said && <Typography.Text type="secondary">{t("nothingSaid")}</Typography.Text>}
            {said?.html ? (
                // Without scripts and without our origin: what customers typed may be in it.
                <iframe
                    title={t("said")}
                    sandbox=""
                    srcDoc={said.html}
                    style={{ width: "100%", height: 420, border: 0, background: "#fff" }}
                />
            ) : (
                <pre className="payload" tabIndex={0} style={{ fontFamily: "inherit", fontSize: 14 }}>
                    <LinkedText text={said?.text ?? ""} />
                </pre>
            )}
        </Section>
    );
}
