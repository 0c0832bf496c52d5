import { Flex, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { currentLanguage } from "../../shared/i18n";
import { duration } from "../../shared/lib/time";
import { EventNames, Id, Media, Named } from "../../shared/ui/names";
import { textOf, type StepForm } from "./data";
import type { Step } from "./flow";

interface Props {
    steps: Step[];
    forms: StepForm[];
    counts: Record<string, number>;
}

/** The drawing in words: each step with its settings. Made from the forms, so that a new kind shows by itself. */
export function StepList({ steps, forms, counts }: Props) {
    const { t } = useTranslation("journeys");
    const placeOf = (id: unknown) => steps.findIndex((step) => step.id === id) + 1;
    return (
        <ol className="stages">
            {steps.map((step) => {
                const form = forms.find((one) => one.id === step.type);
                return (
                    <li key={step.id}>
                        <Flex wrap gap={8} justify="space-between">
                            <Typography.Text strong>
                                {form?.label[currentLanguage()] ?? <Id>{step.type}</Id>}
                            </Typography.Text>
                            <span>{t("reached", { count: counts[step.id] ?? 0 })}</span>
                        </Flex>
                        <dl className="facts">
                            {form?.fields.map((field) => (
                                <Setting key={field.name} field={field} value={step[field.name]} placeOf={placeOf} />
                            ))}
                        </dl>
                    </li>
                );
            })}
        </ol>
    );
}

interface SettingProps {
    field: Schemas["StepField"];
    value: unknown;
    /** The number of a step, by its id; 0 where there is none. */
    placeOf: (id: unknown) => number;
}

function Setting({ field, value, placeOf }: SettingProps) {
    const { t } = useTranslation("journeys");
    if (value === undefined || value === null || value === "" || value === false) return null;
    const place = field.kind === "step" ? placeOf(value) : 0;
    return (
        <>
            <dt>{field.label[currentLanguage()]}</dt>
            <dd>
                {place > 0
                    ? t("step", { number: place })
                    : (words(field, value) ?? <Whole title={t("settings")} value={value} />)}
            </dd>
        </>
    );
}

const isNames = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((one) => typeof one === "string");

/** What can be said in a word; the rest is shown as it is. */
function words({ name, kind }: Schemas["StepField"], value: unknown): ReactNode {
    if (kind === "duration" && typeof value === "number") return duration(value, currentLanguage());
    if (kind === "localized") return textOf(value as Schemas["Text"], currentLanguage());
    if (kind === "events" && isNames(value)) return <EventNames names={value} />;
    if (kind === "media" && isNames(value)) return <Media media={value} />;
    if (typeof kind === "object" && typeof value === "string") {
        return <Named group={name === "purpose" ? "purpose" : "choice"} name={value} />;
    }
    if (name === "kind" && typeof value === "string") return <Named group="taskKind" name={value} />;
    if (isNames(value)) return value.map((one) => <Id key={one}>{one}</Id>);
    if (value === true) return "✓";
    return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function Whole({ title, value }: { title: string; value: unknown }) {
    return (
        <details>
            <summary>{title}</summary>
            <pre className="payload" tabIndex={0}>
                {JSON.stringify(value, null, 2)}
            </pre>
        </details>
    );
}
