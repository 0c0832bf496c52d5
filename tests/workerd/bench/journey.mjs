// Many runs that fall due at the same moment, and the one tick that moves them.

import { track } from "./events.mjs";
import { cpuMs } from "./process.mjs";

const RUNNER = "tributary-journey-runner";
const HOUR_MS = 3_600_000;
const NAME = { zh: "基准", en: "Benchmark" };

/** Five steps; the four behind the delay are taken in the tick that is measured. */
const JOURNEY = {
    id: "bench",
    name: NAME,
    entry: { events: ["Bench Started"] },
    steps: [
        { id: "wait", type: "delay", for_ms: HOUR_MS },
        { id: "bought", type: "branch", if: { event: { names: ["Order Completed"], since: "entry", at_least: 1 } }, then: "end", else: "tag" },
        { id: "tag", type: "add_tag", tag: "bench" },
        { id: "tagged", type: "branch", if: { entry: { path: "properties.plan", op: "eq", value: "pro" } }, then: "end", else: "end" },
        { id: "end", type: "exit", reason: "done" },
    ],
};

export async function journey(stack, runs) {
    await stack.api("PUT", "/api/v1/journeys/bench", JOURNEY);
    const events = Array.from({ length: runs }, (_, n) => track("Bench Started", `j${n}`, `enrol-${n}`, { plan: "pro" }));
    const enrolling = performance.now();
    await stack.send(events);
    await stack.quiet();
    // A minute's tick, should one have been needed.
    await stack.api("POST", "/dev/settle");
    const enrolled = (performance.now() - enrolling) / 1000;
    const before = await standing(stack);
    if (before.active !== runs) throw new Error(`${runs} were to enter, ${before.active} are inside`);

    // A poke that only pauses for breath, 2.5 s at most, would do the tick's work before it.
    await stack.quiet(30);
    await stack.setClock(HOUR_MS + 60_000);
    const cpu = cpuMs(stack.pid);
    const started = performance.now();
    // What a tick does, without what it sets going elsewhere.
    const { done, more } = await stack.internal(RUNNER, "poke");
    const seconds = (performance.now() - started) / 1000;
    const cpuSeconds = cpu === null ? null : (cpuMs(stack.pid) - cpu) / 1000;
    const after = await standing(stack);
    await stack.quiet();
    await stack.setClock(0);

    const steps = after.steps - before.steps;
    if (after.active !== 0 || more) throw new Error(`after one tick ${after.active} of ${runs} are still inside`);
    if (done !== runs) throw new Error(`the tick moved ${done} of ${runs} runs, others the rest`);
    if (steps !== runs * (JOURNEY.steps.length - 1)) throw new Error(`${steps} steps for ${runs} runs`);
    const { count: tags } = await stack.one("SELECT count(*) AS count FROM trait_values WHERE field = 'tag:bench'");
    if (tags !== runs) throw new Error(`${runs} were to be tagged, ${tags} are`);
    return { runs, done, steps, seconds, cpuSeconds, enrolled, stepsPerSecond: steps / seconds };
}

async function standing(stack) {
    const { counts, steps } = await stack.api("GET", "/api/v1/journeys/bench");
    return { active: counts.active, steps: Object.values(steps).reduce((sum, count) => sum + count, 0) };
}
