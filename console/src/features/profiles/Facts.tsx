import { Flex, Popover, Button, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { IdentityTag, StateTag, TimeText } from "../../shared/ui/texts";
import { Section } from "../../shared/ui/Section";
import type { Profile } from "./data";

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
                        <Why key={tag.tag} at={tag.since} touchpoint={tag.touchpoint} reason={tag.reason} label={tag.tag}>
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
    const { t } = useTranslation("profiles");
    return (
        <Section title={t("facts.traits")}>
            {Object.keys(profile.traits).length === 0 && <Typography.Text type="secondary">{t("facts.noTraits")}</Typography.Text>}
            <dl className="facts">
                {Object.entries(profile.traits).map(([field, value]) => {
                    const source = profile.trait_sources[field];
                    return (
                        <div key={field} style={{ display: "contents" }}>
                            <dt>
                                <Typography.Text type="secondary">{field}</Typography.Text>
                            </dt>
                            <dd>
                                {source ? (
                                    <Why at={source.occurred_at} touchpoint={source.touchpoint} channel={source.channel} label={field}>
                                        <span>{asText(value)}</span>
                                    </Why>
                                ) : (
                                    asText(value)
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
    return (
        <Section title={t("facts.consents")}>
            {profile.consents.length === 0 && <Typography.Text type="secondary">{t("facts.noConsents")}</Typography.Text>}
            <Flex wrap gap={6}>
                {profile.consents.map((one) => (
                    <StateTag key={`${one.medium} ${one.purpose}`} tone={one.state === "granted" ? "good" : "bad"}>
                        {one.medium} · {one.purpose} · {t(`consent.${one.state}`)}
                    </StateTag>
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
            {said && <span>{asText(reason)}</span>}
            {channel && <span>{t("why.channel", { channel })}</span>}
            <span>
                <TimeText at={at} />
            </span>
            <Typography.Text type="secondary" copyable>
                {touchpoint}
            </Typography.Text>
        </Flex>
    );
    return (
        <Popover trigger="click" title={t("why.title")} content={content}>
            <Button type="text" size="small" title={t("why.label", { label })} style={{ height: "auto", whiteSpace: "normal", textAlign: "start", padding: "0 4px" }}>
                {children}
            </Button>
        </Popover>
    );
}

export function asText(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
