import { expect, it } from "vitest";
import { aboutOf, askedOf, doneBy } from "./words";

it.each([
    ["profiles", { kind: "profiles", ids: [], act: undefined }],
    ["profiles/prf_1", { kind: "profiles", ids: ["prf_1"], act: undefined }],
    ["profiles/prf_1/unmerge", { kind: "profiles", ids: ["prf_1"], act: "unmerge" }],
    ["endpoints/webhook/till", { kind: "endpoints", ids: ["webhook", "till"], act: undefined }],
    ["endpoints/webhook/till/test", { kind: "endpoints", ids: ["webhook", "till"], act: "test" }],
    ["users/chen.chen/sign-out", { kind: "users", ids: ["chen.chen"], act: "sign-out" }],
    ["mappings/preview", { kind: "mappings", ids: [], act: "preview" }],
    ["", { kind: "", ids: [], act: undefined }],
])("%s", (object, about) => expect(aboutOf(object)).toEqual(about));

it("says what was asked, not by which method", () => {
    expect(askedOf({ method: "PUT" })).toEqual([]);
    expect(askedOf({ method: "GET", channel: "web", limit: 3, cursor: null })).toEqual([
        ["channel", "web"],
        ["limit", "3"],
    ]);
    expect(askedOf(null)).toEqual([]);
    expect(["PUT", "PATCH", "POST", "DELETE", undefined].map(doneBy)).toEqual([
        "changed",
        "changed",
        "created",
        "removed",
        "changed",
    ]);
});
