import { Link } from "@tanstack/react-router";
import { Flex, Popover, Button, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { ChannelName, ConsentFor, Named, Id, useNames } from "../../shared/ui/names";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, StateTag, TimeText } from "../../shared/ui/texts";
import type { Profile } from "./data";
import { traitText, type Shown } from "./traits";

/** What is known: who on which channel, tags with reasons, values with their sources. */
export function Facts({ profile }: { profile: Profile }) {
    const { t } = useTranslation("profiles");
    return (
        <Flex vertical gap={16}>
            <Section title={t("facts.identities")}>
                <Flex wrap gap={6}>
                    {profile.identities.map((one) => (
                        <IdentityTag key={one.identity} identity={one.identity} />
                    ))}
                </Flex>
            </Section>
            <Section title={t("facts.tags")}>
                {profile.tags.length === 0 && <Typography.Text type="secondary">{t("facts.noTags")}</Typography.Text>}
                <Flex wrap gap={6}>
                    {profile.tags.map((tag) => (
                        <Why
                            key={tag.tag}
                            at={tag.since}
                            touchpoint={tag.touchpoint}
                            reason={tag.reason}
                            label={tag.tag}
                        >
                            <Tag>{tag.tag}</Tag>
                        </Why>
                    ))}
                </Flex>
            </Section>
            <Traits profile={profile} />
            <Consents profile={profile} />
        </Flex>
    );
}

function Traits({ profile }: { profile: Profile }) {
    const { t, i18n } = useTranslation("profiles");
    const names = useNames();
    const said = { yes: t("facts.yes"), no: t("facts.no"), language: i18n.language };
    return (
        <Section title={t("facts.traits")}>
            {Object.keys(profile.traits).length === 0 && (
                <Typography.Text type="secondary">{t("facts.noTraits")}</Typography.Text>
            )}
            <dl className="facts">
                {Object.entries(profile.traits).map(([field, value]) => {
                    const source = profile.trait_sources[field];
                    const shown = traitText(field, value, said);
                    return (
                        <div key={field} style={{ display: "contents" }}>
                            <dt>
                                <Typography.Text type="secondary">
                                    <Named group="trait" name={field} />
                                </Typography.Text>
                            </dt>
                            <dd>
                                {source ? (
                                    <Why
                                        at={source.occurred_at}
                                        touchpoint={source.touchpoint}
                                        channel={source.channel}
                                        label={names("trait", field) ?? field}
                                    >
                                        <Value shown={shown} />
                                    </Why>
                                ) : (
                                    <Value shown={shown} />
                                )}
                            </dd>
                        </div>
                    );
                })}
            </dl>
        </Section>
    );
}

function Consents({ profile }: { profile: Profile }) {
    const { t } = useTranslation("profiles");
    const names = useNames();
    return (
        <Section title={t("facts.consents")}>
            {profile.consents.length === 0 && (
                <Typography.Text type="secondary">{t("facts.noConsents")}</Typography.Text>
            )}
            <Flex wrap gap={6}>
                {profile.consents.map((one) => (
                    <Why
                        key={`${one.medium} ${one.purpose} ${one.state} ${one.source}`}
                        at={one.occurred_at}
                        touchpoint={one.touchpoint}
                        label={names("medium", one.medium) ?? one.medium}
                    >
                        <StateTag tone={one.state === "granted" ? "good" : "bad"}>
                            <ConsentFor medium={one.medium} purpose={one.purpose} />
                            {` · ${t(`consent.${one.state}`)} · ${t(`consent.by.${one.source}`)}`}
                        </StateTag>
                    </Why>
                ))}
            </Flex>
        </Section>
    );
}

interface WhyProps {
    at: number;
    touchpoint: string;
    channel?: string;
    reason?: unknown;
    /** Of what. */
    label: string;
    children: React.ReactNode;
}

/** "Why this value": who said so, where and when. */
function Why({ at, touchpoint, channel, reason, label, children }: WhyProps) {
    const { t } = useTranslation("profiles");
    const said = reason !== undefined && reason !== null && reason !== true;
    const content = (
        <Flex vertical gap={4} style={{ maxWidth: 320 }}>
            {said && <span>{typeof reason === "string" ? reason : <Id>{JSON.stringify(reason)}</Id>}</span>}
            {channel && (
                <span>
                    {t("why.channel")} <ChannelName channel={channel} />
                </span>
            )}
            <span>
                <TimeText at={at} />
            </span>
            <Link to="/touchpoints/$id" params={{ id: touchpoint }}>
                {t("why.open")}
            </Link>
        </Flex>
    );
    return (
        <Popover trigger="click" title={t("why.title")} content={content}>
            <Button type="text" size="small" className="why" title={t("why.label", { label })}>
                {children}
            </Button>
        </Popover>
    );
}

function Value({ shown }: { shown: Shown }) {
    return shown.words === undefined ? <Id>{shown.machine}</Id> : <span>{shown.words}</span>;
}
