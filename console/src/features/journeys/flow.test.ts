import { expect, test } from "vitest";
import { arrowsOf, boxesOf, END, heightOf, pathOf, type Step } from "./flow";

const steps: Step[] = [
    { id: "wait", type: "delay" },
    { id: "ask", type: "branch", then: "thank", next: "wait" },
    { id: "mail", type: "send_message" },
    { id: "stop", type: "exit" },
    { id: "thank", type: "wait_for", on_event: "mail", on_timeout: "stop" },
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

test("boxes lie below each other, and the end below all", () => {
    const boxes = boxesOf(steps);
    expect(boxes.at(-1)?.id).toBe(END);
    expect(boxes.every((box, index) => index === 0 || box.y > (boxes[index - 1]?.y ?? 0))).toBe(true);
    expect(heightOf(steps)).toBeGreaterThan(boxes.at(-1)?.y ?? 0);
});

test("the next box is reached straight, any other beside the boxes", () => {
    const [first, second, third] = boxesOf(steps);
    if (!first || !second || !third) throw new Error("three boxes");
    expect(pathOf(first, second, 0)).toContain(" L ");
    expect(pathOf(first, third, 0)).toContain(" C ");
    expect(pathOf(first, second, 1)).toContain(" C ");
});
