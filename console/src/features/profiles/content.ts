// What a touchpoint is about in a line: which product, which page, what was said, how much.
import { money } from "../../shared/lib/money";

type Document = Record<string, unknown>;

const isDocument = (value: unknown): value is Document =>
    typeof value === "object" && value !== null && !Array.isArray(value);
/** Longer ones are read in the details. */
const MOST = 120;

/** `msg_8k2…`: an id, and no words. */
const ID = /^[a-z]{3}_[a-z0-9]{20,}$/u;

function text(document: Document, fields: readonly string[]): string | undefined {
    const found = fields
        .map((field) => document[field])
        .find((value) => typeof value === "string" && value.trim() && !ID.test(value));
    return typeof found === "string" ? found.trim() : undefined;
}

/** The field that says it best; ids alone say nothing. */
const NAMES = [
    "text",
    "content",
    "question",
    "message",
    "subject",
    "title",
    "product_name",
    "name",
    "query",
    "expo",
    "tag",
];

export interface Content {
    words?: string;
    /** An address without what was added for counting. */
    address?: string;
}

export function contentOf(properties: unknown, language: string): Content {
    if (!isDocument(properties)) return {};
    const lines = ["line_items", "items", "products"].map((field) => properties[field]).find(Array.isArray) ?? [];
    const titles = lines.filter(isDocument).map((line) => text(line, ["title", "name", "product_name"]));
    const said = text(properties, NAMES) ?? titles.filter(Boolean).slice(0, 3).join(" + ");
    const minor = properties.total_minor;
    const sum = typeof minor === "number" ? money(minor, text(properties, ["currency"]), language) : "";
    const words = [sum, said].filter(Boolean).join(" · ");
    if (words) return { words: words.length > MOST ? `${words.slice(0, MOST - 1)}…` : words };
    return { address: addressOf(text(properties, ["url", "path", "page"])) };
}

function addressOf(url: string | undefined): string | undefined {
    if (!url || !URL.canParse(url)) return url?.slice(0, MOST);
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`.slice(0, MOST);
}
