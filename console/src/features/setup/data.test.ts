import { expect, test } from "vitest";
import { nextStep, said, STEPS, type Setup } from "./data";

const setup = (done: string[]): Setup => ({
    goal: null,
    touchpoints: [],
    pilot_team: null,
    watching: false,
    first_touchpoint_at: null,
    steps: STEPS.map((id) => ({ id, done: done.includes(id) })),
});

test("the next step is the first that is not done, whatever came before its turn", () => {
    expect(nextStep(setup([]))).toBe("goal");
    expect(nextStep(setup(["goal", "channel"]))).toBe("touchpoints");
    expect(nextStep(setup([...STEPS]))).toBeUndefined();
});

test("what is not said again stays as it was", () => {
    const before = said(setup([]), { touchpoints: ["web"] });
    expect(said(before, { watching: true })).toMatchObject({ touchpoints: ["web"], watching: true, goal: null });
});
