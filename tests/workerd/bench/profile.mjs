// Where the time goes, for whoever wants to shorten it: `node tests/workerd/bench.mjs --profile`.
// The same load against the peer, the whole path, the path with pokes held back, and the path whose
// consumers never hear of it.

import { median } from "./duel.mjs";
import { pageView } from "./events.mjs";
import { cpuMs } from "./process.mjs";
import { Stack } from "./stack.mjs";

const VARIANTS = [
    { name: "peer", side: "peerUrl" },
    { name: "ours", side: "url" },
    { name: "ours, past the gateway", side: "ingestUrl" },
    { name: "ours, pokes held back 500 ms", side: "url", pokeDelayMs: 500 },
    { name: "ours, nobody poked", side: "url", pokeDelayMs: Infinity },
];
const LOADS = [
    { connections: 16, batch: 1 },
    { connections: 4, batch: 100 },
];

export async function profile(client, { rounds, seconds, people }) {
    const stacks = new Map();
    try {
        for (const { pokeDelayMs } of VARIANTS) {
            if (stacks.has(pokeDelayMs)) continue;
            const stack = await Stack.start({ pokeDelayMs });
            stacks.set(pokeDelayMs, stack);
            if (pokeDelayMs !== Infinity) await stack.populate(people);
        }
        const lines = [];
        for (const load of LOADS) {
            const found = VARIANTS.map(() => []);
            for (let round = 0; round <= rounds; round += 1) {
                for (const [index, { name, side, pokeDelayMs }] of VARIANTS.entries()) {
                    const stack = stacks.get(pokeDelayMs);
                    const job = { ...load, people, url: stack[side], tag: `${name}-${round}-${load.batch}` };
                    const measured = await one(stack, client, { ...job, seconds: round === 0 ? 1 : seconds });
                    // The first one warms up.
                    if (round > 0) found[index].push(measured);
                    if (pokeDelayMs !== Infinity) await stack.quiet();
                }
            }
            for (const [index, { name }] of VARIANTS.entries()) lines.push(line(load, name, found[index]));
        }
        return [...lines, "", ...(await alone(stacks.get(undefined)))];
    } finally {
        for (const stack of stacks.values()) await stack.stop();
    }
}

async function one(stack, client, job) {
    const before = total(await stack.api("GET", "/dev/usage"));
    const cpu = cpuMs(stack.pid);
    const { rate, acknowledged, p50 } = await client.load(job);
    const used = cpu === null ? NaN : cpuMs(stack.pid) - cpu;
    const statements = total(await stack.api("GET", "/dev/usage")) - before;
    return { rate, p50, cpu: used / acknowledged, statements: statements / acknowledged };
}

function line({ batch }, name, rounds) {
    const middle = (key, digits) => median(rounds.map((round) => round[key])).toFixed(digits).padStart(8);
    return `${String(batch).padStart(3)} a request  ${name.padEnd(30)} ${middle("rate", 0)} events/s  p50 ${middle("p50", 1)} ms` +
        `  ${middle("cpu", 2)} ms of processor and ${middle("statements", 2)} statements an event`;
}

/** Which function asks what of the database for one page view that comes alone. */
async function alone(stack) {
    await stack.quiet();
    const before = await stack.api("GET", "/dev/usage");
    await stack.send([pageView(1, "alone")]);
    await stack.quiet();
    const after = await stack.api("GET", "/dev/usage");
    return Object.keys(after).map((name) => {
        const of = (key) => after[name][key] - before[name][key];
        return `one page view alone  ${name.padEnd(30)} ${of("statements")} statements, ${of("rows_read")} rows read, ${of("rows_written")} written`;
    });
}

function total(usage) {
    return Object.values(usage).reduce((sum, one) => sum + one.statements, 0);
}
