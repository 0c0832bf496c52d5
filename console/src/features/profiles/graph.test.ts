import { describe, expect, it } from "vitest";
import { heightOf, inWalkingOrder, keysOf, layout, shorten, WIDTH } from "./graph";

const edges = [
    { a: "email:a", b: "phone:1" },
    { a: "phone:1", b: "user_id:u" },
];

describe("graph", () => {
    it("places every identity once and inside the drawing", () => {
        const keys = keysOf(["email:a", "phone:1"], edges);
        expect(keys).toEqual(["email:a", "phone:1", "user_id:u"]);
        const nodes = layout(keys, edges);
        expect(nodes.map((node) => node.key).sort()).toEqual(keys);
        for (const node of nodes) {
            expect(node.x).toBeGreaterThan(0);
            expect(node.x).toBeLessThan(WIDTH);
            expect(node.y).toBeGreaterThan(0);
            expect(node.y).toBeLessThan(heightOf(nodes));
        }
    });

    it("lays no box on another, however many there are", () => {
        for (const count of [1, 2, 5, 9, 10, 17, 40]) {
            const keys = Array.from({ length: count }, (_, index) => `user_id:${index}`);
            const chain = keys.slice(1).map((key, index) => ({ a: keys[index] ?? "", b: key }));
            const nodes = layout(keys, chain);
            for (const one of nodes) {
                for (const other of nodes.filter((node) => node.key > one.key)) {
                    const touching = Math.abs(one.x - other.x) < 224 && Math.abs(one.y - other.y) < 42;
                    expect(touching, `${count}: ${one.key} and ${other.key}`).toBe(false);
                }
            }
        }
    });

    it("does not depend on the order of its input", () => {
        const keys = keysOf([], edges);
        expect(layout([...keys].reverse(), [...edges].reverse())).toEqual(layout(keys, edges));
    });

    it("walks from the best connected to its neighbours", () => {
        expect(inWalkingOrder(["email:a", "user_id:u", "phone:1", "cart:x"], edges)).toEqual(["phone:1", "email:a", "user_id:u", "cart:x"]);
    });

    it("shortens what is too long", () => {
        expect(shorten("abcdef", 4)).toBe("abc…");
        expect(shorten("abcd", 4)).toBe("abcd");
    });
});
