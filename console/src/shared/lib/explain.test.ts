import { expect, it } from "vitest";
import { explain } from "./explain";

it.each([
    [
        "unknown field `idd`, expected one of `name`, `id`, `time` at line 3 column 12",
        { what: "unknownField", name: "idd", expected: "name, id, time", line: 3, column: 12 },
    ],
    ["touchpoints[0]: unknown field `x`, expected `name`", { what: "unknownField", name: "x", expected: "name" }],
    ["missing field `name` at line 1 column 20", { what: "missingField", name: "name", line: 1, column: 20 }],
    [
        "unknown variant `sum`, expected `text` or `number`",
        { what: "unknownVariant", name: "sum", expected: "text or number" },
    ],
    [
        'invalid type: string "a", expected a sequence',
        { what: "wrongType", name: 'string "a"', expected: "a sequence" },
    ],
    ["EOF while parsing an object at line 1 column 1", { what: "notJson", line: 1, column: 1 }],
    ["expected value at line 1 column 1", { what: "notJson", line: 1, column: 1 }],
    ["trailing comma at line 2 column 3", { what: "notJson", line: 2, column: 3 }],
])("%s", (detail, fault) => expect(explain(detail)).toMatchObject(fault));

it("leaves alone what has no known form", () => {
    for (const detail of ["", "No rule fits.", "a secret has at most 4,096 bytes"])
        expect(explain(detail)).toBeUndefined();
});
