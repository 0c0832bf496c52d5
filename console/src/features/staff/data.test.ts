import { expect, test } from "vitest";
import { idOf } from "./data";

test("an id is made of an address's first part", () => {
    expect(idOf("Wang.Wei@example.com")).toBe("wang.wei");
    expect(idOf("li+crm@example.com")).toBe("li-crm");
    expect(idOf("_x@example.com")).toBe("x");
    expect(idOf("王伟@example.com")).toBe("");
});
