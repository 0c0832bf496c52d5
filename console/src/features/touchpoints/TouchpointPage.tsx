import { Link, useParams } from "@tanstack/react-router";
import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { Loaded } from "../../shared/ui/Loaded";
import { ChannelName, EventName, Id, useWord } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { useTouchpoint, type Touchpoint } from "./data";

/** One row of the log, as it was accepted. */
export function TouchpointPage() {
    const { id } = useParams({ from: "/shell/touchpoints/$id" });
    const touchpoint = useTouchpoint(id);
    return <Loaded query={touchpoint}>{(item) => <Document item={item} />}</Loaded>;
}

function Document({ item }: { item: Touchpoint }) {
    const { t } = useTranslation("touchpoints");
    const seesProfile = useMay("profiles:view");
    const word = useWord();
    const channel = (
        <Tag>
            <ChannelName channel={item.channel} endpoint={item.endpoint} />
        </Tag>
    );
    return (
        <Page title={word(item.name) ?? t("one.about")} heading={<EventName name={item.name} />} extra={channel}>
            <Section title={t("one.about")}>
                <dl className="facts">
                    <dt>{t("one.who")}</dt>
                    <dd>
                        <Flex wrap gap={4}>
                            {item.identifiers.map((identity) => (
                                <IdentityTag key={identity} identity={identity} />
                            ))}
                        </Flex>
                        {item.profile && seesProfile && (
                            <Link to="/profiles/$id" params={{ id: item.profile }}>
                                {t("one.profile")}
                            </Link>
                        )}
                    </dd>
                    <dt>{t("one.occurred")}</dt>
                    <dd>
                        <TimeText at={item.occurred_at} />
                    </dd>
                    <dt>{t("one.received")}</dt>
                    <dd>
                        <TimeText at={item.received_at} />
                    </dd>
                    <dt>{t("one.place")}</dt>
                    <dd>{item.seq}</dd>
                    {item.cause && (
                        <>
                            <dt>{t("one.cause")}</dt>
                            <dd>
                                <Link to="/touchpoints/$id" params={{ id: item.cause }}>
                                    <Id>{item.cause}</Id>
                                </Link>
                            </dd>
                        </>
                    )}
                </dl>
            </Section>
            <Payload title={t("one.properties")} value={item.properties} />
            <Payload title={t("one.context")} value={item.context} />
        </Page>
    );
}

function Payload({ title, value }: { title: string; value: unknown }) {
    if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return null;
    return (
        <Section title={title}>
            <pre className="payload" tabIndex={0}>
                {JSON.stringify(value, null, 2)}
            </pre>
        </Section>
    );
}
