// Ours and the peer in turns, A-B-A-B, and afterwards the account: what was acknowledged is there,
// once, with its effects.

import { cpuMs } from "./process.mjs";

const KEPT = "SELECT count(*) AS count FROM touchpoints WHERE channel = 'web'";
// Orders with an id are kept one by one instead of counted.
const COUNTED =
    "SELECT coalesce(sum(count), 0) + (SELECT count(*) FROM order_facts) AS count FROM counters WHERE substr(name, 1, 1) <> '$'";
const TIMELINE = "SELECT count(*) AS count FROM timeline WHERE substr(name, 1, 1) <> '$'";
const DEAD = "SELECT count(*) AS count FROM dead_letters";

/** `shape`: name, rounds, seconds, warmUp, connections, batch, people. */
export async function duel(stack, client, shape) {
    const { rounds, seconds, warmUp, connections, batch, people } = shape;
    const job = { connections, batch, people };
    const before = await books(stack);
    const sent = { ours: [], peer: [] };
    const load = async (side, tag, seconds) => {
        const url = side === "ours" ? stack.url : stack.peerUrl;
        const cpu = cpuMs(stack.pid);
        const started = performance.now();
        const found = await client.load({ ...job, url, seconds, tag: `${shape.name}-${side}-${tag}` });
        sent[side].push(found);
        if (side === "ours") await stack.caughtUp();
        const drainedRate = found.acknowledged / ((performance.now() - started) / 1000);
        // What the consumers still have to do belongs to the events, and not into the next round.
        await stack.quiet();
        const cpuPerEvent = cpu === null ? null : (cpuMs(stack.pid) - cpu) / found.acknowledged;
        return { ...found, drainedRate, cpuPerEvent };
    };
    for (const side of ["ours", "peer"]) await load(side, "warm", warmUp);
    const measured = { ours: [], peer: [] };
    for (let round = 0; round < rounds; round += 1) {
        for (const side of ["ours", "peer"]) measured[side].push(await load(side, round, seconds));
    }
    reconcile(before, await books(stack), sent);
    const ours = summary(measured.ours);
    const peer = summary(measured.peer);
    const each = measured.ours.map((one, round) => one.rate / measured.peer[round].rate);
    return {
        ours,
        peer,
        ratio: ours.rate / peer.rate,
        drainedRatio: ours.drainedRate / peer.drainedRate,
        lowest: Math.min(...each),
        highest: Math.max(...each),
        acknowledged: sum(sent.ours, "acknowledged"),
    };
}

async function books(stack) {
    const count = async (sql) => (await stack.one(sql)).count;
    const peer = await stack.onePeer("SELECT count(*) AS count FROM events");
    return {
        kept: await count(KEPT),
        counted: await count(COUNTED),
        timeline: await count(TIMELINE),
        dead: await count(DEAD),
        peer: peer.count,
    };
}

/** A request without an answer may have been kept or not; anything else must add up exactly. */
function reconcile(before, after, sent) {
    const check = (what, found, side) => {
        const least = sum(sent[side], "acknowledged");
        const most = least + sum(sent[side], "unknown");
        if (found < least || found > most) {
            throw new Error(`reconcile failed: ${least} acknowledged, ${found} ${what}`);
        }
    };
    for (const what of ["kept", "counted", "timeline"]) check(what, after[what] - before[what], "ours");
    check("kept by the peer", after.peer - before.peer, "peer");
    if (after.dead > 0) throw new Error(`${after.dead} dead letters`);
    for (const side of ["ours", "peer"]) {
        const refused = sum(sent[side], "refused");
        if (refused > 0) throw new Error(`${refused} events were refused (${side})`);
    }
}

function summary(rounds) {
    const middle = (name) => median(rounds.map((round) => round[name]));
    const rates = rounds.map((round) => round.rate);
    return {
        rate: middle("rate"),
        drainedRate: middle("drainedRate"),
        p50: middle("p50"),
        p99: middle("p99"),
        cpuPerEvent: middle("cpuPerEvent"),
        spread: Math.max(...rates) / Math.min(...rates) - 1,
    };
}

function sum(list, name) {
    return list.reduce((total, one) => total + one[name], 0);
}

export function median(list) {
    const sorted = [...list].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
