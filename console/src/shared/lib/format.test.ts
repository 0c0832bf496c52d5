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
        const openid = { kind: "wechat_openid", scope: "wx:1", value: "o:1" };
        expect(parseIdentity("wechat_openid@wx%3A1:o:1")).toEqual(openid);
        expect(parseIdentity("phone:+86138****8000#k3f9").value).toBe("+86138****8000#k3f9");
    });

    it("writes money in minor units, and says how long ago", () => {
        expect(money(123_450, "CNY", "zh")).toBe("¥1,234.50");
        expect(money(100, undefined, "en")).toBe("1.00");
        expect(relativeTime(0, 59_000, "en")).toBe("now");
    });

    it("knows what a person is called", () => {
        expect(nameOf({ name: " 李娜 " })).toBe("李娜");
        expect(nameOf({ first_name: "Anna", last_name: "Müller" })).toBe("Anna Müller");
        expect(nameOf({ first_name: "娜", last_name: "李" })).toBe("李娜");
        expect(nameOf({ first_name: "Na", last_name: "李" })).toBe("Na 李");
        expect(nameOf({ last_name: "欧阳" })).toBe("欧阳");
        expect(nameOf({})).toBeUndefined();
    });
});
