// A sender as vendors' are: who is refused waits as long as `Retry-After` says, and sends the same again.

import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { HEADERS, track } from "./events.mjs";

/** All senders connect in the first second, and a server of one thread is busy with that for some more. */
const SETTLED_MS = 5000;

/** One load in a thread of its own: see [`load`]. */
export function send(job) {
    return new Promise((resolve, reject) => {
        const thread = new Worker(fileURLToPath(import.meta.url), { workerData: null });
        thread.once("error", reject);
        thread.once("message", (found) => thread.terminate().then(() => resolve(found)));
        thread.postMessage(job);
    });
}

if (!isMainThread) parentPort.once("message", async (job) => parentPort.postMessage(await load(job)));

/**
 * `connections` senders for `seconds`; `perSecond` of all of them, or as fast as they are answered. Every event has
 * a number of its own; `numbers` are those that were acknowledged.
 */
async function load({ url, seconds, connections, people, tag, perSecond }) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const target = new URL(url);
    const started = performance.now();
    const end = started + seconds * 1000;
    const found = { numbers: [], latencies: [], settled: [], answers: {}, perSecond: [] };
    let next = 0;
    const sender = async (_, index) => {
        // All at once would be a burst, which is another thing.
        await pause((index / connections) * 1000);
        while (performance.now() < end) {
            const n = (next += 1);
            if (perSecond) await pause(started + (n / perSecond) * 1000 - performance.now());
            const body = JSON.stringify(track("Load", n % people, `${tag}-${n}`, { tag, n }));
            for (;;) {
                const sent = performance.now();
                const { status, retryAfter } = await post(agent, target, body).catch((error) => ({ status: error.code ?? "error", retryAfter: 1 }));
                found.answers[status] = (found.answers[status] ?? 0) + 1;
                if (status === 200) {
                    found.numbers.push(n);
                    found.latencies.push(performance.now() - sent);
                    if (sent - started > SETTLED_MS) found.settled.push(performance.now() - sent);
                    break;
                }
                if (performance.now() >= end) break;
                await pause(retryAfter * 1000 + Math.random() * 500);
                if (performance.now() >= end) break;
            }
        }
    };
    await Promise.all(Array.from({ length: connections }, sender));
    agent.destroy();
    const { numbers, answers, latencies, settled } = found;
    return {
        numbers,
        answers,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        settledP99: percentile(settled, 0.99),
        rate: numbers.length / seconds,
    };
}

function percentile(latencies, part) {
    latencies.sort((a, b) => a - b);
    return latencies[Math.floor((latencies.length - 1) * part)] ?? 0;
}

function pause(ms) {
    return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}

function post(agent, target, body) {
    return new Promise((resolve, reject) => {
        const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
        const options = { agent, host: target.hostname, port: target.port, method: "POST", path: "/v1/track", headers };
        const sending = request(options, (answer) => {
            answer.on("error", reject);
            answer.on("end", () => resolve({ status: answer.statusCode, retryAfter: Number(answer.headers["retry-after"] ?? 1) }));
            answer.resume();
        });
        sending.on("error", reject);
        sending.end(body);
    });
}
