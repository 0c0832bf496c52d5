// Far more senders than can be served (ADR 0033): those who are taken in are answered about as fast as ever, the
// others are told to come back, and nothing that was acknowledged is lost.

import { send } from "./patient.mjs";
import { pause } from "./stack.mjs";

const NORMAL = 16;
const RECOVERY_S = 5;

export async function overload(stack, { seconds, connections, people }) {
    const load = (tag, seconds, connections) => send({ url: stack.url, seconds, connections, people, tag });
    await load("warm", 3, NORMAL);
    const normal = await load("normal", 10, NORMAL);
    await stack.quiet();
    const heavy = await load("heavy", seconds, connections);
    await pause(RECOVERY_S * 1000);
    const after = await load("after", 10, NORMAL);
    await stack.quiet();
    const lost = [];
    let doubled = 0;
    for (const [tag, { numbers }] of Object.entries({ normal, heavy, after })) {
        const kept = new Map();
        const { results } = await stack.db
            .prepare("SELECT properties->>'n' AS n, count(*) AS times FROM touchpoints WHERE name = 'Load' AND properties->>'tag' = ? GROUP BY 1")
            .bind(tag)
            .all();
        for (const { n, times } of results) kept.set(Number(n), times);
        lost.push(...numbers.filter((n) => !kept.has(n)));
        doubled += [...kept.values()].filter((times) => times !== 1).length;
    }
    return { normal, heavy, after, lost: lost.length, doubled, seconds, connections };
}

/** Lines of `[what, figure, goal, whether it is reached]`. */
export function overloadLines({ normal, heavy, after, lost, doubled, seconds, connections }) {
    const ms = ({ p50, p99 }) => `${p50.toFixed(1)} / ${p99.toFixed(1)} ms`;
    const answers = Object.entries(heavy.answers).map(([status, count]) => `${status}: ${count}`).join(", ");
    return [
        [`p50 / p99 of ${NORMAL} senders`, ms(normal)],
        [`p50 / p99 of what is accepted of ${connections} senders in ${seconds} s`, ms(heavy), "p99 ≤ 2 × normal", heavy.p99 <= 2 * normal.p99],
        ["p99 of the same after the first 5 s, in which all of them connect", `${heavy.settledP99.toFixed(1)} ms`, "≤ 2 × normal", heavy.settledP99 <= 2 * normal.p99],
        ["accepted meanwhile, to normal", `${Math.round(heavy.rate)} to ${Math.round(normal.rate)} events/s`],
        ["answers", answers],
        [`p50 / p99 of ${NORMAL} senders, ${RECOVERY_S} s after`, ms(after), "p99 ≤ 1.5 × normal", after.p99 <= 1.5 * normal.p99],
        ["acknowledged and lost / written twice", `${lost} / ${doubled}`, "0 / 0", lost === 0 && doubled === 0],
    ];
}
