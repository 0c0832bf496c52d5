import { describe, expect, it } from "vitest";
import { money, nameOf, ownPath, parseIdentity, relativeTime } from "./format";

describe("format", () => {
    it("returns to paths of our own only", () => {
        for (const path of ["/", "/profiles/prf_1?tab=graph", "/a//b"]) expect(ownPath(path)).toBe(path);
        for (const path of ["//evil.example", "/\\evil.example", "https://evil.example", "", null, "/a\n", "/a\\b"]) {
            expect(ownPath(path)).toBe("/");
        }
    });

    it("takes identities apart, masked ones too", () => {
        expect(parseIdentity("wechat_openid@wx%3A1:o:1")).toEqual({ kind: "wechat_openid", scope: "wx:1", value: "o:1" });
        expect(parseIdentity("phone:+86138****8000#k3f9").value).toBe("+86138****8000#k3f9");
    });

    it("writes money in minor units", () => {
        expect(money(123_450, "CNY", "zh")).toBe("¥1,234.50");
        expect(money(100, undefined, "en")).toBe("1.00");
    });

    it("says how long ago", () => {
        expect(relativeTime(0, 59_000, "en")).toBe("now");
        expect(relativeTime(0, 2 * 86_400_000, "en")).toBe("2 days ago");
        expect(relativeTime(0, 3 * 3_600_000, "zh")).toBe("3小时前");
    });

    it("knows what somebody is called", () => {
        expect(nameOf({ name: " 李娜 " })).toBe("李娜");
        expect(nameOf({ first_name: "Anna", last_name: "Müller" })).toBe("Anna Müller");
        expect(nameOf({})).toBeUndefined();
    });
});
