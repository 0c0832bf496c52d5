// How times, money and identities are written.

export function relativeTime(at: number, now: number, language: string): string {
    const seconds = Math.round((at - now) / 1000);
    const units: [Intl.RelativeTimeFormatUnit, number][] = [
        ["day", 86_400],
        ["hour", 3_600],
        ["minute", 60],
    ];
    const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    for (const [unit, size] of units) {
        if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
    }
    return format.format(0, "second");
}

export function fullTime(at: number, language: string): string {
    return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

/** Money in minor units; without a currency as a bare number. */
export function money(minor: number, currency: string | undefined, language: string): string {
    const style = currency && /^[A-Z]{3}$/.test(currency) ? { style: "currency" as const, currency } : { minimumFractionDigits: 2 };
    return new Intl.NumberFormat(language, style).format(minor / 100);
}

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

/** What somebody is called. */
export function nameOf(traits: Record<string, unknown>): string | undefined {
    const text = (field: string) => (typeof traits[field] === "string" ? (traits[field] as string).trim() : "") || undefined;
    const parts = [text("first_name"), text("last_name")].filter(Boolean).join(" ");
    return text("name") ?? (parts || undefined) ?? text("nickname") ?? text("company");
}

/** An address that may be linked to; `undefined` for anything else, `javascript:` above all. */
export function webAddress(text: string | null | undefined): string | undefined {
    if (!text || !URL.canParse(text)) return undefined;
    return ["http:", "https:"].includes(new URL(text).protocol) ? text : undefined;
}

/** A length of time in its largest whole unit: `2 hours`, `36 hours`, `90 seconds`. */
export function duration(ms: number, language: string): string {
    const units = [
        ["day", 86_400_000],
        ["hour", 3_600_000],
        ["minute", 60_000],
        ["second", 1_000],
    ] as const;
    const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? (["second", 1_000] as const);
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(ms / size);
}

export function bytes(count: number, language: string): string {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    return new Intl.NumberFormat(language, { style: "unit", unit: units[step], maximumFractionDigits: 1 }).format(count / 1000 ** step);
}
