// The client, in a thread of its own: the same for both sides, so its cost is equal for both.

import { Agent, request } from "node:http";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { HEADERS, visit } from "./events.mjs";


/** The handle that the benchmark holds. */
export class Client {
    #thread = new Worker(fileURLToPath(import.meta.url));

    /**
     * Sends for `seconds` over `connections`, `batch` events a request. Ids tell the time, as those of
     * Segment's libraries do (`ajs-next-1767225600000-…`), and begin with `tag`, which
     * no two loads may share.
     */
    load(job) {
        return new Promise((resolve, reject) => {
            this.#thread.once("error", reject);
            this.#thread.once("message", (answer) => {
                this.#thread.off("error", reject);
                resolve(answer);
            });
            this.#thread.postMessage(job);
        });
    }

    async stop() {
        await this.#thread.terminate();
    }
}

if (!isMainThread) {
    parentPort.on("message", async (job) => parentPort.postMessage(await load(job)));
}

async function load({ url, seconds, connections, batch, people, tag }) {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const target = new URL(url);
    const found = { acknowledged: 0, inTime: 0, refused: 0, unknown: 0, latencies: [] };
    const started = performance.now();
    const end = started + seconds * 1000;
    let next = 0;
    const connection = async () => {
        while (performance.now() < end) {
            const events = Array.from({ length: batch }, () => {
                next += 1;
                return visit(next, people, `${tag}-${Date.now()}-${next}`);
            });
            const path = batch === 1 ? `/v1/${events[0].type}` : "/v1/batch";
            const body = JSON.stringify(batch === 1 ? events[0] : { batch: events });
            const sent = performance.now();
            const status = await post(agent, target, path, body).catch(() => 0);
            const now = performance.now();
            if (status >= 200 && status < 300) {
                found.acknowledged += batch;
                if (now <= end) found.inTime += batch;
                found.latencies.push(now - sent);
            } else if (status === 0) {
                found.unknown += batch;
            } else {
                found.refused += batch;
            }
        }
    };
    await Promise.all(Array.from({ length: connections }, connection));
    const took = (performance.now() - started) / 1000;
    agent.destroy();
    found.latencies.sort((a, b) => a - b);
    const percentile = (part) => found.latencies[Math.floor((found.latencies.length - 1) * part)] ?? 0;
    const { acknowledged, inTime, refused, unknown } = found;
    return { acknowledged, refused, unknown, took, rate: inTime / seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

function post(agent, target, path, body) {
    return new Promise((resolve, reject) => {
        const options = {
            agent,
            host: target.hostname,
            port: target.port,
            method: "POST",
            path,
            headers: { ...HEADERS, "content-length": Buffer.byteLength(body) },
        };
        const sending = request(options, (answer) => {
            answer.on("error", reject);
            answer.on("end", () => resolve(answer.statusCode));
            answer.resume();
        });
        sending.on("error", reject);
        sending.end(body);
    });
}
