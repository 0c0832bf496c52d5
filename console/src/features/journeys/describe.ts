// What a step does, in a line: "等 2 小时", "邮件：送您一张新人专享优惠券", "等待 支付订单，最多 3 天".
import type { Schemas } from "../../shared/api/client";
import type { Step } from "./flow";

type Text = Schemas["Text"];

export interface Words {
    language: "zh" | "en";
    duration: (ms: number) => string;
    medium: (medium: string) => string;
    event: (name: string) => string;
    list: (items: string[]) => string;
    say: (
        what: "wait" | "waitFromStart" | "waitFor" | "waitForLong" | "send" | "sendBy" | "tag" | "task" | "exit",
        values: Record<string, string>,
    ) => string;
}

const isText = (value: unknown): value is Text =>
    typeof value === "object" && value !== null && ("zh" in value || "en" in value);
const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

function said(text: unknown, language: "zh" | "en"): string {
    if (typeof text === "string") return text;
    return isText(text) ? text[language] || text[language === "zh" ? "en" : "zh"] || "" : "";
}

/** Templates without what is filled in: `{{ traits.name }}` is no word. */
const plain = (template: string): string =>
    template
        .replace(/\{%.*?%\}|\{\{.*?\}\}/gsu, "")
        .replace(/\s+/gu, " ")
        .trim();

/** The first template's subject, else its text. */
function content(step: Step, language: "zh" | "en"): string {
    const templates = Object.values((step.templates ?? {}) as Record<string, Record<string, unknown>>);
    const subjects = templates.map((template) => plain(said(template?.subject, language)));
    const bodies = templates.map((template) => plain(said(template?.text, language)));
    return [...subjects, ...bodies].find(Boolean) ?? "";
}

/** Nothing for a kind of step that is not known here: its form says what it is. */
export function describe(step: Step, words: Words): string | undefined {
    const { say, language } = words;
    const ms = (field: string) => (typeof step[field] === "number" ? words.duration(step[field]) : "");
    switch (step.type) {
        case "delay":
            return ms("for_ms") && say(step.from === "anchor" ? "waitFromStart" : "wait", { time: ms("for_ms") });
        case "wait_for": {
            const events = words.list(texts(step.events).map(words.event));
            return say(ms("within_ms") ? "waitForLong" : "waitFor", { events, time: ms("within_ms") });
        }
        case "send_message": {
            const by = words.list(texts(step.media).map(words.medium));
            const text = content(step, language);
            return say(text ? "send" : "sendBy", { media: by, text });
        }
        case "add_tag":
            return say("tag", { tag: typeof step.tag === "string" ? step.tag : "" });
        case "create_task":
            return say("task", { title: said(step.title, language) });
        case "exit":
            return say("exit", {});
        default:
            return undefined;
    }
}
