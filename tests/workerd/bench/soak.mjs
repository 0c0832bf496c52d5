// A long time at less than full load: whether the process grows, and what a refused request leaves behind.

import { send } from "./patient.mjs";
import { residentMb } from "./process.mjs";
import { pause } from "./stack.mjs";

const PART = 0.6;

export async function soak(stack, { minutes, people }) {
    const load = (job) => send({ url: stack.url, connections: 16, people, ...job });
    await load({ seconds: 3, tag: "warm" });
    const capacity = await load({ seconds: 10, tag: "capacity" });
    await stack.quiet();
    const samples = [];
    let running = true;
    const watch = (async () => {
        while (running) {
            samples.push(residentMb(stack.pid));
            await pause(1000);
        }
    })();
    const perSecond = capacity.rate * PART;
    const found = await load({ seconds: minutes * 60, tag: "soak", perSecond });
    running = false;
    await watch;
    const second = samples.slice(Math.floor(samples.length / 2));
    return { minutes, perSecond, rate: found.rate, p99: found.p99, first: samples[0], last: samples.at(-1), slope: slope(second) * second.length };
}

/** MB a sample, by least squares. */
function slope(values) {
    const mean = (values.length - 1) / 2;
    const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
    const over = values.reduce((sum, value, at) => sum + (at - mean) * (value - middle), 0);
    const under = values.reduce((sum, _, at) => sum + (at - mean) ** 2, 0);
    return over / under;
}

/** Lines of `[what, figure, goal, whether it is reached]`. */
export function soakLines({ minutes, perSecond, rate, p99, first, last, slope }) {
    return [
        [`${minutes} min at 60 % of capacity`, `${Math.round(rate)} of ${Math.round(perSecond)} events/s, p99 ${p99.toFixed(1)} ms`],
        ["resident memory at the beginning / the end", `${first.toFixed(0)} / ${last.toFixed(0)} MB`],
        ["growth over the second half, by least squares", `${slope.toFixed(0)} MB`, "≤ 20 MB", slope <= 20],
    ];
}
