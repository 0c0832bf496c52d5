import { describe, expect, it } from "vitest";
import { money, sumsText } from "./money";

describe("money", () => {
    it.each([
        [32_800, "CNY", "zh", "¥328.00"],
        [32_800, "cny", "zh", "¥328.00"],
        [1_234, "JPY", "en", "¥1,234"],
        [1_234_567, "KWD", "en", "KWD 1,234.567"],
        [123_456, "HUF", "en", "HUF 1,234.56"],
        [100, "CLF", "en", "CLF 0.0100"],
        [-1_999, "USD", "en", "-$19.99"],
        [5, "USD", "en", "$0.05"],
        [0, "EUR", "en", "€0.00"],
    ])("%d %s in %s", (minor, currency, language, text) => {
        expect(money(minor, currency, language).replace(/\u00a0/g, " ")).toBe(text);
    });

    it("is exact where floating point is not", () => {
        expect(money(9_007_199_254_740_991, "USD", "en")).toBe("$90,071,992,547,409.91");
        expect(money(110, "USD", "en")).toBe("$1.10");
    });

    it("without a currency claims none", () => {
        for (const none of [undefined, "", "yuan", "¥"]) expect(money(100, none, "en")).toBe("1.00");
    });

    it("of different currencies is never added", () => {
        const sums = [
            { currency: "CNY", minor: 32_800 },
            { currency: "USD", minor: 1_000 },
            { currency: "cny", minor: 200 },
            { currency: "EUR", minor: 0 },
        ];
        expect(sumsText(sums, "zh")).toBe("¥330.00 + US$10.00");
        expect(sumsText([], "zh")).toBe("");
    });
});
