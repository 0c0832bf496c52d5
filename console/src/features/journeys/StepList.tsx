import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { currentLanguage } from "../../shared/i18n";
import { duration } from "../../shared/lib/format";
import { textOf, type StepForm } from "./data";
import type { Step } from "./flow";

/** The drawing in words: each step with its settings. Made from the steps' own forms, so that a new kind of step shows by itself. */
export function StepList({ steps, forms, counts }: { steps: Step[]; forms: StepForm[]; counts: Record<string, number> }) {
    const { t } = useTranslation("journeys");
    return (
        <ol className="stages">
            {steps.map((step) => {
                const form = forms.find((one) => one.id === step.type);
                return (
                    <li key={step.id}>
                        <Flex wrap gap={8} justify="space-between">
                            <span>
                                <Typography.Text strong>{form?.label[currentLanguage()] ?? step.type}</Typography.Text>{" "}
                                <Typography.Text type="secondary">{step.id}</Typography.Text>
                            </span>
                            <span>{t("reached", { count: counts[step.id] ?? 0 })}</span>
                        </Flex>
                        <dl className="facts">
                            {form?.fields.map((field) => (
                                <Setting key={field.name} field={field} value={step[field.name]} />
                            ))}
                        </dl>
                    </li>
                );
            })}
        </ol>
    );
}

function Setting({ field, value }: { field: Schemas["StepField"]; value: unknown }) {
    const { t } = useTranslation("journeys");
    if (value === undefined || value === null || value === "" || value === false) return null;
    return (
        <>
            <dt>{field.label[currentLanguage()]}</dt>
            <dd>{words(field.kind, value) ?? <Whole title={t("settings")} value={value} />}</dd>
        </>
    );
}

/** What can be said in a word; the rest is shown as it is. */
function words(kind: Schemas["StepFieldKind"], value: unknown): string | undefined {
    if (kind === "duration" && typeof value === "number") return duration(value, currentLanguage());
    if (kind === "localized") return textOf(value as Schemas["Text"], currentLanguage());
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
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
