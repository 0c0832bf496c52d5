// How far something has come, in a word, the same wherever it is shown.
import { useTranslation } from "react-i18next";
import type { Schemas } from "../api/client";
import { StateTag, type Tone } from "./texts";

const LEAD: Record<Schemas["LeadState"], Tone> = {
    sales_ready: "warn",
    queued: "bad",
    accepted: "good",
    rejected: "plain",
    closed: "plain",
    merged: "plain",
};

export function LeadStateTag({ state }: { state: Schemas["LeadState"] }) {
    const { t } = useTranslation("shared");
    return <StateTag tone={LEAD[state]}>{t(`leadState.${state}`)}</StateTag>;
}

const TASK: Record<Schemas["TaskState"], Tone> = { open: "warn", done: "good", canceled: "plain" };

export function TaskStateTag({ state }: { state: string }) {
    const { t } = useTranslation("shared");
    const known = state as Schemas["TaskState"];
    return <StateTag tone={TASK[known] ?? "plain"}>{t(`taskState.${known}`)}</StateTag>;
}
