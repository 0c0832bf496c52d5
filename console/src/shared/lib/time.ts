// How moments are written: in calendar days of the company's time zone, wherever the browser is.
import { timeZone } from "./clock";
// What no browser says well.
import now from "./now.json";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Beyond so many days a date says more than their number. */
const MOST_DAYS = 7;

/** The calendar day of a moment as a number: the difference of two is how many midnights lie between. */
export function dayOf(at: number, zone = timeZone()): number {
    const parts = new Intl.DateTimeFormat("en", {
        timeZone: zone,
        calendar: "gregory",
        numberingSystem: "latn",
        year: "numeric",
        month: "numeric",
        day: "numeric",
    }).formatToParts(at);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
    return Date.UTC(part("year"), part("month") - 1, part("day")) / DAY_MS;
}

const yearOf = (at: number, zone: string) =>
    new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric" }).format(at);

/**
 * `5 minutes ago`, `3 hours ago` within the day, `yesterday`, `in 3 days`; further away the date. "Yesterday"
 * is the day before today's midnight, not 24 hours.
 */
export function relativeTime(at: number, from: number, language: string, zone = timeZone()): string {
    const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    const ms = at - from;
    if (Math.abs(ms) < MINUTE_MS) return language.startsWith("zh") ? now.zh : now.en;
    if (Math.abs(ms) < HOUR_MS) return format.format(Math.trunc(ms / MINUTE_MS), "minute");
    const days = dayOf(at, zone) - dayOf(from, zone);
    if (days === 0) return format.format(Math.trunc(ms / HOUR_MS), "hour");
    if (Math.abs(days) <= MOST_DAYS) return format.format(days, "day");
    return new Intl.DateTimeFormat(language, {
        timeZone: zone,
        year: yearOf(at, zone) === yearOf(from, zone) ? undefined : "numeric",
        month: language.startsWith("zh") ? "long" : "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
    }).format(at);
}

/** The moment to the second, and in which zone. */
export function fullTime(at: number, language: string, zone = timeZone()): string {
    return new Intl.DateTimeFormat(language, {
        timeZone: zone,
        timeZoneName: "long",
        year: "numeric",
        month: language.startsWith("zh") ? "long" : "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
    }).format(at);
}

/** A day without its time: `11月17日`. */
export function dayText(at: number, language: string, zone = timeZone()): string {
    const month = language.startsWith("zh") ? "long" : "short";
    return new Intl.DateTimeFormat(language, { timeZone: zone, month, day: "numeric" }).format(at);
}

/** A length of time in its largest whole unit: `2 hours`, `36 hours`, `90 seconds`. */
export function duration(ms: number, language: string): string {
    const units = [
        ["day", DAY_MS],
        ["hour", HOUR_MS],
        ["minute", MINUTE_MS],
        ["second", 1_000],
    ] as const;
    const [unit, size] = units.find(([, size]) => ms >= size && ms % size === 0) ?? (["second", 1_000] as const);
    const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 } as const;
    // Chinese glues the unit to the number; in a sentence a blank reads better.
    return new Intl.NumberFormat(language, style).format(ms / size).replace(/^([\d,.]+)(?=\p{Script=Han})/u, "$1 ");
}
