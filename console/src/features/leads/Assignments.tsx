import { Collapse, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { useRepName } from "../../shared/api/reps";
import { Section } from "../../shared/ui/Section";
import { TimeText } from "../../shared/ui/texts";
import type { Lead } from "./data";

/** Why this rep: at each stage who remained and who fell out. Earlier decisions below. */
export function Assignments({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    const repName = useRepName();
    const [latest, ...earlier] = [...lead.assignments].reverse();
    if (!latest) return null;
    return (
        <Section title={t("assignment.title")}>
            <Flex vertical gap={12}>
                <Decision assignment={latest} />
                {earlier.length > 0 && (
                    <Collapse
                        size="small"
                        items={earlier.map((one) => ({
                            key: one.id,
                            label: (
                                <>
                                    {repName(one.rep) ?? t("assignment.queued")} · <TimeText at={one.at} />
                                </>
                            ),
                            children: <Decision assignment={one} />,
                        }))}
                    />
                )}
            </Flex>
        </Section>
    );
}

function Decision({ assignment }: { assignment: Schemas["LeadAssignment"] }) {
    const { t } = useTranslation("leads");
    const repName = useRepName();
    return (
        <Flex vertical gap={8}>
            <Typography.Text strong>
                {repName(assignment.rep) ?? t("assignment.queued")} · <TimeText at={assignment.at} />
            </Typography.Text>
            <ol className="stages">
                {assignment.explanation.map((stage) => (
                    <li key={stage.stage}>
                        <Typography.Text>
                            {stage.wanted
                                ? t("assignment.wanted", { stage: t(`stage.${stage.stage}`), wanted: stage.wanted })
                                : t(`stage.${stage.stage}`)}
                        </Typography.Text>
                        <Flex wrap gap={4}>
                            {stage.remained.map((rep) => (
                                <Tag key={rep} variant="outlined">
                                    {repName(rep)}
                                </Tag>
                            ))}
                            {stage.out.map(({ rep, reason, open }) => (
                                <Typography.Text key={rep} type="secondary">
                                    {t("assignment.out", { rep: repName(rep), reason: t(`out.${reason}`), open })}
                                </Typography.Text>
                            ))}
                            {(stage.unlisted ?? 0) > 0 && (
                                <Typography.Text type="secondary">
                                    {t("assignment.unlisted", { count: stage.unlisted })}
                                </Typography.Text>
                            )}
                        </Flex>
                    </li>
                ))}
            </ol>
        </Flex>
    );
}
