import { Link, useParams } from "@tanstack/react-router";
import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { CursorList } from "../../shared/ui/CursorList";
import { Loaded } from "../../shared/ui/Loaded";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, StateTag, TimeText, type Tone } from "../../shared/ui/texts";
import { definitionOf, textOf, useJourney, useJourneys, useRuns, type Journey, type Run } from "./data";
import { Drawing } from "./Drawing";
import { StepList } from "./StepList";

/** A journey as it is published: how people go through it, and who did. */
export function JourneyPage() {
    const { id } = useParams({ from: "/shell/journeys/$id" });
    const journey = useJourney(id);
    return <Loaded query={journey}>{(found) => <Document journey={found} />}</Loaded>;
}

function Document({ journey }: { journey: Journey }) {
    const { t } = useTranslation("journeys");
    const definition = definitionOf(journey);
    const forms = useJourneys().data?.step_forms ?? [];
    const seesRuns = useMay("profiles:view");
    const { counts, reasons } = journey;
    return (
        <Page
            title={textOf(definition.name, currentLanguage()) || journey.id}
            extra={<StateTag tone={definition.enabled === false ? "plain" : "good"}>{definition.enabled === false ? t("off") : t("on")}</StateTag>}
        >
            <Flex wrap gap="4px 20px">
                <Typography.Text type="secondary">{t("entered", { count: counts.entered })}</Typography.Text>
                <Typography.Text type="secondary">{t("active", { count: counts.active })}</Typography.Text>
                <Typography.Text type="secondary">{t("exited", { count: counts.exited })}</Typography.Text>
                {counts.failed > 0 && <StateTag tone="bad">{t("failed", { count: counts.failed })}</StateTag>}
                <Typography.Text type="secondary">{t("version", { version: journey.version, source: t(`source.${journey.source as "shipped"}`) })}</Typography.Text>
            </Flex>
            <div className="columns halves">
                <Section title={t("drawing")}>
                    <Drawing definition={definition} forms={forms} counts={journey.steps} entered={counts.entered} />
                </Section>
                <Flex vertical gap={16}>
                    <Section title={t("entry.title")}>
                        <dl className="facts">
                            <dt>{t("entry.events")}</dt>
                            <dd>{definition.entry.events.join(", ")}</dd>
                            {definition.entry.key && definition.entry.key.length > 0 && (
                                <>
                                    <dt>{t("entry.about")}</dt>
                                    <dd>{definition.entry.key.join(", ")}</dd>
                                </>
                            )}
                            {definition.goal && (
                                <>
                                    <dt>{t("entry.goal")}</dt>
                                    <dd>{definition.goal.events.join(", ")}</dd>
                                </>
                            )}
                        </dl>
                    </Section>
                    <Section title={t("steps")}>
                        <StepList steps={definition.steps} forms={forms} counts={journey.steps} />
                    </Section>
                    {Object.keys(reasons).length > 0 && (
                        <Section title={t("why")}>
                            <dl className="facts">
                                {Object.entries(reasons).map(([reason, count]) => (
                                    <Reason key={reason} reason={reason} count={count} />
                                ))}
                            </dl>
                        </Section>
                    )}
                </Flex>
            </div>
            {seesRuns && (
                <Section title={t("runs.title")}>
                    <Runs id={journey.id} />
                </Section>
            )}
        </Page>
    );
}

function Reason({ reason, count }: { reason: string; count: number }) {
    const reasonName = useReason();
    return (
        <>
            <dt>{reasonName(reason)}</dt>
            <dd>{count}</dd>
        </>
    );
}

function useReason(): (reason: string) => string {
    const { t, i18n } = useTranslation("journeys");
    return (reason) => (i18n.exists(`journeys:reason.${reason}`) ? t(`reason.${reason}` as "reason.goal") : reason);
}

const TONES: Record<Run["state"], Tone> = { active: "warn", exited: "good", failed: "bad" };

function Runs({ id }: { id: string }) {
    const { t } = useTranslation("journeys");
    const reasonName = useReason();
    const query = useRuns(id);
    return (
        <CursorList
            query={query}
            empty={t("runs.empty")}
            keyOf={(run) => run.id}
            row={(run) => (
                <Flex wrap gap={8} justify="space-between">
                    <Flex wrap gap={8} align="center">
                        {run.profile ? (
                            <Link to="/profiles/$id" params={{ id: run.profile }}>
                                <IdentityTag identity={run.identity} />
                            </Link>
                        ) : (
                            <IdentityTag identity={run.identity} />
                        )}
                        {run.key && <Typography.Text type="secondary">{run.key}</Typography.Text>}
                        <StateTag tone={TONES[run.state]}>{t(`runs.${run.state}`)}</StateTag>
                        <span>{run.state === "active" ? t("runs.at", { step: run.step }) : reasonName(run.reason)}</span>
                    </Flex>
                    <TimeText at={run.entered_at} />
                </Flex>
            )}
        />
    );
}
