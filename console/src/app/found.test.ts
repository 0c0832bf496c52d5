import { expect, it } from "vitest";
import { identitiesOf } from "./found";

const keys = ["anonymous_id@site:a", "cart@shop:1", "phone:+8613800138000", "email:li.na@example.com"];

it.each([
    ["138 0013 8000", "phone:+8613800138000"],
    ["8000", "phone:+8613800138000"],
    ["LI.NA", "email:li.na@example.com"],
    ["李娜", "anonymous_id@site:a"],
])("what matched %s stands first", (query, first) => {
    const documents = keys.map((identity) => ({ identity, kind: "?", value: "?" }));
    for (const item of [{ identities: documents }, { identities: keys }, { detail: keys.join(" · ") }]) {
        const found = identitiesOf(item, query);
        expect(found[0]).toBe(first);
        expect([...found].sort()).toEqual([...keys].sort());
    }
});

it("takes what holds none", () => {
    for (const item of [{}, { detail: null }, { detail: "上海" }, { identities: [null, {}, 7] }]) {
        expect(identitiesOf(item, "x")).toEqual([]);
    }
});
