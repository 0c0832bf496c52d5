// To-dos by urgency, in days of the company's time zone.
import { dayOf } from "../../shared/lib/time";

export type Group = "overdue" | "today" | "later" | "none";

export function groupOf(due: number | null | undefined, now: number, zone?: string): Group {
    if (due === null || due === undefined) return "none";
    if (due < now) return "overdue";
    return dayOf(due, zone) <= dayOf(now, zone) ? "today" : "later";
}
