import { Link, useParams } from "@tanstack/react-router";
import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { listText } from "../../shared/lib/format";
import { CursorList } from "../../shared/ui/CursorList";
import { Loaded } from "../../shared/ui/Loaded";
import { EventNames, Id, Named, useNames } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, StateTag, TimeText, type Tone } from "../../shared/ui/texts";
import { definitionOf, textOf, useJourney, useJourneys, useRuns, type Journey, type Run, type StepForm } from "./data";
import { Drawing } from "./Drawing";
import { StepList } from "./StepList";
import { useStepText } from "./words";

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
            extra={
                <StateTag tone={definition.enabled === false ? "plain" : "good"}>
                    {definition.enabled === false ? t("off") : t("on")}
                </StateTag>
            }
        >
            <Flex wrap gap="4px 20px">
                <Typography.Text type="secondary">{t("entered", { count: counts.entered })}</Typography.Text>
                <Typography.Text type="secondary">{t("active", { count: counts.active })}</Typography.Text>
                <Typography.Text type="secondary">{t("exited", { count: counts.exited })}</Typography.Text>
                {counts.failed > 0 && <StateTag tone="bad">{t("failed", { count: counts.failed })}</StateTag>}
                <Typography.Text type="secondary">
                    {t("version", { version: journey.version, source: t(`source.${journey.source as "shipped"}`) })}
                </Typography.Text>
            </Flex>
            <div className="columns halves">
                <Section title={t("drawing")}>
                    <Drawing definition={definition} forms={forms} counts={journey.steps} entered={counts.entered} />
                </Section>
                <Flex vertical gap={16}>
                    <Section title={t("entry.title")}>
                        <dl className="facts">
                            <dt>{t("entry.events")}</dt>
                            <dd>
                                <EventNames names={definition.entry.events} />
                            </dd>
                            {definition.entry.key && definition.entry.key.length > 0 && (
                                <>
                                    <dt>{t("entry.about")}</dt>
                                    <dd>
                                        <Keys paths={definition.entry.key} />
                                    </dd>
                                </>
                            )}
                            {definition.goal && (
                                <>
                                    <dt>{t("entry.goal")}</dt>
                                    <dd>
                                        <EventNames names={definition.goal.events} />
                                    </dd>
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
                    <Runs journey={journey} forms={forms} />
                </Section>
            )}
        </Page>
    );
}

/** What tells two runs of one person apart: the cart, say, under whichever of its names. */
function Keys({ paths }: { paths: string[] }) {
    const names = useNames();
    const words = [...new Set(paths.map((path) => names("path", path) ?? ""))].filter(Boolean);
    const others = paths.filter((path) => !names("path", path));
    return (
        <>
            {listText(words, currentLanguage())}{" "}
            {others.map((path) => (
                <Id key={path}>{path}</Id>
            ))}
        </>
    );
}

function Reason({ reason, count }: { reason: string; count: number }) {
    return (
        <>
            <dt>
                <Named group="exit" name={reason} />
            </dt>
            <dd>{count}</dd>
        </>
    );
}

const TONES: Record<Run["state"], Tone> = { active: "warn", exited: "good", failed: "bad" };

function Runs({ journey, forms }: { journey: Journey; forms: StepForm[] }) {
    const { t } = useTranslation("journeys");
    const steps = definitionOf(journey).steps;
    const stepText = useStepText(forms);
    const textOfStep = (id: string) => {
        const step = steps.find((one) => one.id === id);
        return step ? stepText(step) : id;
    };
    const query = useRuns(journey.id);
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
                        {run.key && <Id>{run.key}</Id>}
                        <StateTag tone={TONES[run.state]}>{t(`runs.${run.state}`)}</StateTag>
                        <span>
                            {run.state === "active" ? (
                                t("runs.at", { step: textOfStep(run.step) })
                            ) : (
                                <Named group="exit" name={run.reason} />
                            )}
                        </span>
                    </Flex>
                    <TimeText at={run.entered_at} />
                </Flex>
            )}
        />
    );
}
