import { Flex, Tag, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { webAddress } from "../../shared/lib/format";
import { ChannelName, Id } from "../../shared/ui/names";
import { Section } from "../../shared/ui/Section";
import { StateTag, TimeText } from "../../shared/ui/texts";

type Answers = Schemas["Answers"];

/** The five things somebody asks before the first call. */
export function FiveAnswers({ answers }: { answers: Answers }) {
    const { t } = useTranslation("leads");
    return (
        <Flex vertical gap={16}>
            <FirstTouch touch={answers.first_touch} />
            <Part
                title={t("answers.viewed")}
                items={answers.viewed}
                none={t("answers.noViewed")}
                row={(one) => <Viewed viewed={one} />}
            />
            <Part
                title={t("answers.questions")}
                items={answers.questions}
                none={t("answers.noQuestions")}
                row={(one) => (
                    <Line at={one.at}>
                        {one.text}{" "}
                        <Tag variant="outlined">
                            <ChannelName channel={one.channel} />
                        </Tag>
                    </Line>
                )}
            />
            <Part
                title={t("answers.mails")}
                items={answers.mails}
                none={t("answers.noMails")}
                row={(one) => <Mail mail={one} />}
            />
            <Section title={t("answers.segments")}>
                <Flex wrap gap={8}>
                    {answers.segments_and_tags.segments.map((name) => (
                        <Tag key={name}>{name}</Tag>
                    ))}
                    {answers.segments_and_tags.tags.map(({ tag, reason }) => (
                        <span key={tag}>
                            <Tag variant="outlined">{tag}</Tag>
                            <Typography.Text type="secondary">{reason}</Typography.Text>
                        </span>
                    ))}
                    {answers.segments_and_tags.segments.length + answers.segments_and_tags.tags.length === 0 && (
                        <Typography.Text type="secondary">{t("answers.noSegments")}</Typography.Text>
                    )}
                </Flex>
            </Section>
        </Flex>
    );
}

function FirstTouch({ touch }: { touch: Answers["first_touch"] }) {
    const { t } = useTranslation("leads");
    if (!touch) {
        return (
            <Section title={t("answers.first")}>
                <Typography.Text type="secondary">{t("answers.noFirst")}</Typography.Text>
            </Section>
        );
    }
    const source = [touch.source, touch.medium].filter(Boolean).join(" / ");
    const facts: [string, ReactNode][] = [
        [t("first.channel"), touch.channel && <ChannelName channel={touch.channel} />],
        [t("first.source"), source && <Id>{source}</Id>],
        [t("first.campaign"), touch.campaign && <Id>{touch.campaign}</Id>],
        [t("first.keyword"), touch.keyword],
        [t("first.page"), touch.page && <Id>{touch.page}</Id>],
    ];
    return (
        <Section title={t("answers.first")} extra={<TimeText at={touch.at} />}>
            <dl className="facts">
                {facts
                    .filter(([, value]) => value)
                    .map(([name, value]) => (
                        <div key={name} style={{ display: "contents" }}>
                            <dt>{name}</dt>
                            <dd>{value}</dd>
                        </div>
                    ))}
            </dl>
        </Section>
    );
}

function Part<T>({
    title,
    items,
    none,
    row,
}: {
    title: string;
    items: T[];
    none: string;
    row: (item: T) => ReactNode;
}) {
    return (
        <Section title={title}>
            <Flex vertical gap={8}>
                {items.length === 0 && <Typography.Text type="secondary">{none}</Typography.Text>}
                {items.map((item, index) => (
                    <div key={index}>{row(item)}</div>
                ))}
            </Flex>
        </Section>
    );
}

function Line({ at, children }: { at: number | null | undefined; children: ReactNode }) {
    return (
        <Flex wrap gap={8} justify="space-between">
            <span style={{ overflowWrap: "anywhere" }}>{children}</span>
            <TimeText at={at} />
        </Flex>
    );
}

function Viewed({ viewed }: { viewed: Schemas["Viewed"] }) {
    const { t } = useTranslation("leads");
    const name = viewed.product ?? viewed.name;
    // What a visitor's browser said is no address to follow unless it is one of the web.
    const url = webAddress(viewed.url);
    return (
        <Line at={viewed.last_at}>
            {url ? (
                <a href={url} target="_blank" rel="noreferrer noopener">
                    {name}
                </a>
            ) : (
                name
            )}{" "}
            <Typography.Text type="secondary">{t("answers.times", { count: viewed.count })}</Typography.Text>
        </Line>
    );
}

function Mail({ mail }: { mail: Schemas["Mail"] }) {
    const { t } = useTranslation("leads");
    return (
        <Line at={mail.opened_at ?? mail.sent_at}>
            {mail.subject}{" "}
            <StateTag tone={mail.opened_at ? "good" : "plain"}>
                {mail.opened_at ? t("answers.opened") : t("answers.sent")}
            </StateTag>
        </Line>
    );
}
