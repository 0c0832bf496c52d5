import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import { listText } from "../../shared/lib/format";
import { duration } from "../../shared/lib/time";
import { useNames, useWord } from "../../shared/ui/names";
import { describe } from "./describe";
import type { StepForm } from "./data";
import type { Step } from "./flow";

/** What a step does, in a line; a kind that has no words of its own goes by its form's. */
export function useStepText(forms: readonly StepForm[]): (step: Step) => string {
    const { t } = useTranslation("journeys");
    const names = useNames();
    const word = useWord();
    const language = currentLanguage();
    const words = {
        language,
        duration: (ms: number) => duration(ms, language),
        medium: (medium: string) => names("medium", medium) ?? medium,
        event: (name: string) => word(name) ?? name,
        list: (items: string[]) => listText(items, language),
        say: (what: string, values: Record<string, string>) => t(`does.${what as "wait"}`, values as { time: string }),
    };
    return (step) => describe(step, words) ?? forms.find((form) => form.id === step.type)?.label[language] ?? "";
}
