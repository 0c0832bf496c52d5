import { expect, test } from "vitest";
import { scopesOf } from "./scopes";

test("only what was ticked becomes a scope", () => {
    expect(scopesOf({ profiles: "view", leads: "edit", audit: "none" }, false)).toEqual([
        "profiles:view",
        "leads:edit",
    ]);
    expect(scopesOf({ profiles: "none" }, true)).toEqual(["personal_data:view"]);
});
