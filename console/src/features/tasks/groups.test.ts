import { expect, it } from "vitest";
import { groupOf } from "./groups";

const now = Date.UTC(2026, 10, 29, 6, 57);
const zone = "Asia/Shanghai";

it.each([
    [now - 1, "overdue"],
    [now - 40 * 3_600_000, "overdue"],
    [now, "today"],
    // One minute before and after the company's midnight, which is 16:00 UTC.
    [Date.UTC(2026, 10, 29, 15, 59), "today"],
    [Date.UTC(2026, 10, 29, 16, 1), "later"],
    [now + 7 * 86_400_000, "later"],
    [null, "none"],
    [undefined, "none"],
])("%s is %s", (due, group) => expect(groupOf(due, now, zone)).toBe(group));

it("counts the company's days, whoever looks", () => {
    const evening = Date.UTC(2026, 10, 29, 20, 0);
    expect(groupOf(evening, now, "Asia/Shanghai")).toBe("later");
    expect(groupOf(evening, now, "Europe/London")).toBe("today");
});
