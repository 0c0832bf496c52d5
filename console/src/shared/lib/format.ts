// How identities, names and sizes are written; times, money and telephone numbers have files of their own.
export { money, sumsText } from "./money";
export { dialable, isMasked, isPhone, phone } from "./phone";
export { dayOf, dayText, duration, fullTime, relativeTime } from "./time";

export interface IdentityParts {
    kind: string;
    scope: string;
    value: string;
}

/** `kind@scope:value` or `kind:value`, as the API writes identities. */
export function parseIdentity(key: string): IdentityParts {
    const colon = key.indexOf(":");
    const head = colon < 0 ? key : key.slice(0, colon);
    const [kind = "", scope = ""] = head.split("@");
    return { kind, scope: decodeURIComponent(scope), value: colon < 0 ? "" : key.slice(colon + 1) };
}

/** A path of our own to return to after signing in; anything else leads to the start. */
export function ownPath(path: string | null | undefined): string {
    if (!path || !path.startsWith("/") || /[\\\u0000-\u001f]/.test(path) || path[1] === "/") return "/";
    return path;
}

/** What a person is called. A Chinese family name comes first, without a blank. */
export function nameOf(traits: Record<string, unknown>): string | undefined {
    const text = (field: string) => {
        const value = traits[field];
        return (typeof value === "string" ? value.trim() : "") || undefined;
    };
    const [first, last] = [text("first_name"), text("last_name")];
    const chinese = [first, last].every((part) => part === undefined || /^\p{Script=Han}+$/u.test(part));
    const parts = chinese ? `${last ?? ""}${first ?? ""}` : [first, last].filter(Boolean).join(" ");
    return text("name") ?? (parts || undefined) ?? text("nickname") ?? text("company");
}

/** Names are joined by the language's own comma. */
export function listText(items: readonly string[], language: string): string {
    return items.join(language.startsWith("zh") ? "、" : ", ");
}

/** An address that may be linked to; `undefined` for anything else, `javascript:` above all. */
export function webAddress(text: string | null | undefined): string | undefined {
    if (!text || !URL.canParse(text)) return undefined;
    return ["http:", "https:"].includes(new URL(text).protocol) ? text : undefined;
}

export function bytes(count: number, language: string): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    const style = { style: "unit", unit: units[step], maximumFractionDigits: 1 } as const;
    return new Intl.NumberFormat(language, style).format(count / 1000 ** step);
}
