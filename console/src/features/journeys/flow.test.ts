import { expect, test } from "vitest";
import { arrowsOf, BOX, draw, END, heightOf, type Step } from "./flow";

const steps: Step[] = [
    { id: "wait", type: "delay" },
    { id: "ask", type: "branch", then: "thank", next: "wait" },
    { id: "mail", type: "send_message" },
    { id: "stop", type: "exit" },
    { id: "thank", type: "wait_for", on_event: "mail", on_timeout: "stop" },
];
/** As the shipped welcome: what happened goes on further below, what did not goes on to the next. */
const welcome: Step[] = [
    { id: "welcome_mail", type: "send_message" },
    { id: "first_order", type: "wait_for", on_event: "until_day_7", on_timeout: "coupon_mail" },
    { id: "coupon_mail", type: "send_message" },
    { id: "until_day_7", type: "delay" },
    { id: "picks", type: "send_message" },
];
const twice: Step[] = [
    { id: "a", type: "branch", then: "b", else: "b" },
    { id: "b", type: "exit" },
];

test("every way out of a step is an arrow", () => {
    expect(arrowsOf(steps).map(({ from, to, way }) => `${from} ${way} ${to}`)).toEqual([
        "wait next ask",
        "ask then thank",
        "ask next wait",
        "mail next stop",
        `stop next ${END}`,
        "thank on_event mail",
        "thank on_timeout stop",
    ]);
});

test.each([steps, welcome, twice])("boxes lie below each other, and every way is drawn once", (...journey) => {
    const { boxes, ways } = draw(journey);
    expect(boxes.at(-1)?.id).toBe(END);
    expect(boxes.every((box, index) => index === 0 || box.y >= (boxes[index - 1]?.y ?? 0) + BOX.height)).toBe(true);
    expect(heightOf(journey)).toBeGreaterThan(boxes.at(-1)?.y ?? 0);
    expect(ways).toHaveLength(arrowsOf(journey).length);
    expect(new Set(ways.map((way) => way.path)).size).toBe(ways.length);
});

test.each([steps, welcome, twice])("no word lies on a line, on a box or on another word", (...journey) => {
    const { boxes, ways, left } = draw(journey);
    const words = ways.flatMap(({ label }) => (label ? [label] : []));
    for (const [index, { x, y, anchor }] of words.entries()) {
        const [from, to] = anchor === "start" ? [x, x + 40] : [x - 40, x];
        const onBox = boxes.some(
            (box) => y > box.y && y - 12 < box.y + BOX.height && to > left && from < left + BOX.width,
        );
        expect(onBox).toBe(false);
        for (const other of words.slice(index + 1)) {
            expect(Math.abs(other.y - y) >= 14 || Math.abs(other.x - x) >= 40).toBe(true);
        }
        // Lines that go up or down beside the word leave it room.
        for (const [, across = ""] of ways.flatMap((way) => [...way.path.matchAll(/L (-?[\d.]+) -?[\d.]+ Q/g)])) {
            expect(Number(across) > from && Number(across) < to).toBe(false);
        }
    }
});

test("what happened leaves to the left, what did not to the right or straight on", () => {
    const { ways } = draw(welcome);
    const word = (way: string) => ways.find((one) => one.way === way)?.label;
    expect(word("on_event")?.anchor).toBe("end");
    expect(word("on_timeout")).toMatchObject({ anchor: "start" });
    expect(ways.find((one) => one.way === "on_timeout")?.path).not.toContain("Q");
});

test("a way on needs no word where it is straight", () => {
    expect(draw(welcome).ways.filter((one) => one.way === "next" && one.label)).toEqual([]);
});
