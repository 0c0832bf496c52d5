import { Link } from "@tanstack/react-router";
import { Flex, Progress, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { Section } from "../../shared/ui/Section";
import type { Lead } from "./data";

/** Where the points come from: every rule that matched, with the touchpoints that prove it. */
export function Score({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    const { parts, threshold, total } = lead.score;
    const seesEvidence = useMay("touchpoints:view");
    const most = Math.max(threshold, total, 1);
    const ofRules = lead.ready.score.parts.filter((part) => part.at_once);
    const asked = ofRules.map((part) => part.label[currentLanguage()]);
    return (
        <Section title={t("score.title", { total, threshold })}>
            <Flex vertical gap={12}>
                {asked.length > 0 && (
                    <Typography.Text>{t("score.asked", { what: asked.join(" · ") })}</Typography.Text>
                )}
                {total !== lead.ready.score.total && (
                    <Typography.Text type="secondary">
                        {t("score.then", { total: lead.ready.score.total })}
                    </Typography.Text>
                )}
                {parts.map((part) => (
                    <div key={part.rule}>
                        <Flex gap={8} justify="space-between">
                            <Typography.Text>{part.label[currentLanguage()]}</Typography.Text>
                            <Typography.Text strong>{t("points", { count: part.points })}</Typography.Text>
                        </Flex>
                        <Progress
                            percent={Math.max(0, (100 * part.points) / most)}
                            showInfo={false}
                            size="small"
                            strokeColor="#0958d9"
                            aria-label={part.label[currentLanguage()]}
                        />
                        <Typography.Text type="secondary">
                            {part.every > 1
                                ? t("score.every", { count: part.count, every: part.every })
                                : t("score.times", { count: part.count })}{" "}
                            {seesEvidence &&
                                part.evidence.map((id, index) => (
                                    <Link
                                        key={id}
                                        to="/touchpoints/$id"
                                        params={{ id }}
                                        style={{ marginInlineEnd: 8, textDecoration: "underline" }}
                                    >
                                        {t("score.evidence", { number: index + 1 })}
                                    </Link>
                                ))}
                        </Typography.Text>
                    </div>
                ))}
            </Flex>
        </Section>
    );
}
