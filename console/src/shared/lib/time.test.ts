import { describe, expect, it } from "vitest";
import { setTimeZone, timeZone } from "./clock";
import { dayOf, duration, fullTime, relativeTime } from "./time";

const SHANGHAI = "Asia/Shanghai";
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Sunday 29 November 2026, 06:57 in Shanghai. */
const now = Date.UTC(2026, 10, 28, 22, 57);
const shanghai = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 8, minute);

describe("calendar days", () => {
    it.each([
        // Friday 07:47 is the day before yesterday, however few hours ago.
        [shanghai(27, 7, 47), "前天"],
        [shanghai(28, 0, 1), "昨天"],
        [shanghai(28, 23, 30), "昨天"],
        [shanghai(27, 23, 59), "前天"],
        [shanghai(29, 0, 5), "6小时前"],
        [shanghai(26, 12), "3天前"],
        [shanghai(22, 12), "7天前"],
        [shanghai(30, 0, 1), "明天"],
        [shanghai(30, 23, 59), "明天"],
        [shanghai(31, 8), "后天"],
        [shanghai(29, 23, 59), "17小时后"],
    ])("%d is %s", (at, text) => expect(relativeTime(at, now, "zh", SHANGHAI)).toBe(text));

    it("beyond a week says the date, with the year where it is another", () => {
        expect(relativeTime(shanghai(17, 13), now, "zh", SHANGHAI)).toBe("11月17日 13:00");
        expect(relativeTime(shanghai(17, 13), now, "en", SHANGHAI)).toMatch(/^Nov 17, 13:00$/);
        expect(relativeTime(Date.UTC(2025, 11, 31, 17), now, "zh", SHANGHAI)).toBe("1月1日 01:00");
        expect(relativeTime(Date.UTC(2025, 11, 31, 15), now, "zh", SHANGHAI)).toBe("2025年12月31日 23:00");
    });

    it("near by counts minutes, across midnight too", () => {
        const midnight = shanghai(29, 0);
        expect(relativeTime(midnight - 10 * MINUTE, midnight + 10 * MINUTE, "zh", SHANGHAI)).toBe("20分钟前");
        expect(relativeTime(now, now + 30_000, "zh", SHANGHAI)).toBe("刚刚");
        expect(relativeTime(now, now + 59_000, "en", SHANGHAI)).toBe("now");
        expect(relativeTime(now + 2 * HOUR, now, "en", SHANGHAI)).toBe("in 2 hours");
    });

    it("are those of the company's zone, and of a day when the clock is put back", () => {
        const at = shanghai(28, 1);
        expect(relativeTime(at, now, "en", SHANGHAI)).toBe("yesterday");
        expect(relativeTime(at, now, "en", "America/New_York")).toBe("yesterday");
        expect(relativeTime(at, now, "en", "Europe/London")).toBe("yesterday");
        // In Los Angeles both are the same day's morning and the next one's afternoon.
        expect(dayOf(now, "America/Los_Angeles") - dayOf(at, "America/Los_Angeles")).toBe(1);
        const before = Date.UTC(2026, 9, 25, 0, 30);
        expect(dayOf(before + 24 * HOUR, "Europe/Berlin") - dayOf(before, "Europe/Berlin")).toBe(1);
    });

    it("names the zone in full", () => {
        expect(fullTime(now, "zh", SHANGHAI)).toMatch(/2026年11月29日.*中国标准时间.*06:57:00/);
        expect(fullTime(now, "en", "America/New_York")).toMatch(/Nov 28, 2026.*17:57:00.*Eastern Standard Time/);
    });

    it("a zone that no browser knows is not taken", () => {
        setTimeZone("Europe/Berlin");
        for (const wrong of ["Mars/Olympus", "", undefined, "GMT+25"]) setTimeZone(wrong);
        expect(timeZone()).toBe("Europe/Berlin");
        setTimeZone(SHANGHAI);
    });

    it("says lengths of time in their largest whole unit", () => {
        expect(duration(2 * HOUR, "zh")).toBe("2 小时");
        expect(duration(36 * HOUR, "en")).toBe("36 hours");
        expect(duration(90_000, "en")).toBe("90 seconds");
        expect(duration(24 * HOUR, "en")).toBe("1 day");
    });
});
