// Spans of time, and the shop's hours in the past weeks.

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const CHINA = 8 * HOUR;

export const iso = (at) => new Date(at).toISOString();

/** A moment `daysAgo` days before `now`, at this hour of the Chinese day. */
export function ago(now, daysAgo, hour = 12, minute = 0) {
    const midnight = Math.floor((now + CHINA) / DAY) * DAY - CHINA;
    return midnight - daysAgo * DAY + hour * HOUR + minute * MINUTE;
}
