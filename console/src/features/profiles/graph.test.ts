import { describe, expect, it } from "vitest";
import { BOX, heightOf, keysOf, layout, rowsOf, shorten, WIDTH, type Layout, type Link } from "./graph";

const joined = (a: string, b: string): Link => ({ a, b, verdict: "joined" });

/** As the demo's: a person with carts, a shop, a browser and a messenger. */
const person = [
    joined("cart@shop:1", "phone:1"),
    joined("cart@shop:2", "phone:1"),
    joined("cart@shop:3", "phone:1"),
    joined("email:a", "phone:1"),
    joined("phone:1", "shopify_customer@shop:7"),
    joined("anonymous_id@site:b", "user_id:u"),
    joined("email:a", "user_id:u"),
    joined("phone:1", "user_id:u"),
    joined("user_id:u", "wechat_openid@wx:o"),
];
const chain = (count: number) =>
    Array.from({ length: count - 1 }, (_, index) => joined(`user_id:${index}`, `user_id:${index + 1}`));
const star = (count: number) => Array.from({ length: count }, (_, index) => joined("phone:1", `k${index}:x`));
const ring = (count: number) =>
    Array.from({ length: count }, (_, index) => joined(`user_id:${index}`, `user_id:${(index + 1) % count}`));
const GRAPHS: [string, Link[]][] = [
    ["a person", person],
    ["two", [joined("email:a", "phone:1")]],
    ["a chain", chain(9)],
    ["a star", star(11)],
    ["a ring", ring(7)],
    ["two persons", [...person, joined("email:z", "phone:9"), { a: "email:a", b: "email:z", verdict: "refused:weak" }]],
    [
        "everybody with everybody",
        keysOf([], chain(5)).flatMap((a, i, all) => all.slice(i + 1).map((b) => joined(a, b))),
    ],
];

/** Points along a path of `M`, `L` and `C`. */
function pointsOf(path: string): [number, number][] {
    const numbers = path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = numbers;
    return Array.from({ length: 99 }, (_, index): [number, number] => {
        const t = (index + 1) / 100;
        const u = 1 - t;
        if (!path.includes("C")) return [x0 + (x1 - x0) * t, y0 + (y1 - y0) * t];
        const cubic = (a: number, b: number, c: number, d: number) =>
            u ** 3 * a + 3 * u ** 2 * t * b + 3 * u * t ** 2 * c + t ** 3 * d;
        return [cubic(x0, x1, x2, x3), cubic(y0, y1, y2, y3)];
    });
}

function hidden({ nodes, lines }: Layout): string[] {
    return lines.flatMap((line) =>
        nodes
            .filter((node) =>
                pointsOf(line.path).some(
                    ([x, y]) =>
                        Math.abs(x - node.x) < BOX.width / 2 - 0.5 && Math.abs(y - node.y) < BOX.height / 2 - 0.5,
                ),
            )
            .map((node) => `${line.path} behind ${node.keys[0]}`),
    );
}

describe("graph", () => {
    it.each(GRAPHS)("%s: no line runs behind a box, no box lies on another, all are inside", (_, edges) => {
        const drawing = layout(keysOf([], edges), edges);
        expect(hidden(drawing)).toEqual([]);
        const { nodes } = drawing;
        for (const [index, one] of nodes.entries()) {
            expect(one.x - BOX.width / 2).toBeGreaterThanOrEqual(0);
            expect(one.x + BOX.width / 2).toBeLessThanOrEqual(WIDTH);
            expect(one.y + BOX.height / 2).toBeLessThan(heightOf(nodes));
            for (const other of nodes.slice(index + 1)) {
                expect(Math.abs(one.x - other.x) < BOX.width && Math.abs(one.y - other.y) < BOX.height).toBe(false);
            }
        }
    });

    it.each(GRAPHS)("%s: every identity is drawn once, every edge has a line", (_, edges) => {
        const keys = keysOf([], edges);
        const { nodes, lines } = layout(keys, edges);
        expect(nodes.flatMap((node) => node.keys).sort()).toEqual(keys);
        for (const { a, b } of edges) {
            const drawn = lines.some(({ from, to }) => {
                const held = [...from.keys, ...to.keys];
                return held.includes(a) && held.includes(b);
            });
            expect(drawn, `${a} ${b}`).toBe(true);
        }
    });

    it("puts those that hold others together in the middle, the strongest first", () => {
        const rows = rowsOf(keysOf([], person), person);
        expect(rows.map((row) => row.hub)).toEqual(["phone:1", "user_id:u", "email:a"]);
    });

    it("draws carts of one identity as one box, a cut one apart", () => {
        const edges = [...person, { a: "cart@shop:4", b: "phone:1", verdict: "joined", cut: { at: 1 } }];
        const groups = rowsOf(keysOf([], edges), edges)[0]?.leaves.map((group) => group.length);
        expect(groups).toEqual([3, 1, 1]);
    });

    it("does not depend on the order of its input", () => {
        const keys = keysOf([], person);
        expect(layout([...keys].reverse(), [...person].reverse())).toEqual(layout(keys, person));
    });

    it("names those beyond the profile too", () => {
        expect(keysOf(["email:a"], [joined("phone:1", "user_id:u")])).toEqual(["email:a", "phone:1", "user_id:u"]);
    });

    it("shortens what is too long", () => {
        expect(shorten("abcdef", 4)).toBe("abc…");
        expect(shorten("abcd", 4)).toBe("abcd");
    });
});
