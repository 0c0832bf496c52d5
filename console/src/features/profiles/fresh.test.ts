import { expect, test } from "vitest";
import { isFresh, newest } from "./fresh";

const at = (seq: number) => ({ seq, received_at: seq * 1_000 });
const first = [at(90), at(88), at(85)];
const began = newest(first);

test("only what arrives later is fresh", () => {
    expect(isFresh(at(91), began)).toBe(true);
    for (const one of first) expect(isFresh(one, began)).toBe(false);
});

test("an older page is not fresh, in whatever order it comes", () => {
    for (const one of [at(84), at(3), at(1)]) expect(isFresh(one, began)).toBe(false);
});

test("what happened long ago and arrives now is fresh", () => {
    expect(isFresh({ seq: 120, received_at: 5 }, began)).toBe(true);
});

test("nothing is fresh before anything was seen", () => {
    expect(newest([])).toBeUndefined();
    expect(isFresh(at(1), undefined)).toBe(false);
});

test("the newest is the one that arrived last, not the one on top", () => {
    expect(newest([at(5), at(9), at(7)])?.seq).toBe(9);
});
