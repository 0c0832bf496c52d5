// The built suite and its peer in one workerd, through Miniflare.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { credentials as readCredentials } from "../suite/credentials.mjs";
import { migrate } from "../suite/migrations.mjs";
import { readConfigs, workerOptions } from "../suite/workers.mjs";
import { HEADERS, WRITE_KEY, identify } from "./events.mjs";
import { PEER, PEER_SCRIPT, PEER_TABLE } from "./peer.mjs";
import { cpuMs, workerdPid } from "./process.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DOOR = "tributary-gateway";
const INGEST = "tributary-ingest";
const SLOW_POKE = "bench-slow-poke";
const KEEPER = "tributary-admin";
const BEHIND = `SELECT (SELECT coalesce(max(seq), 0) FROM touchpoints) - cursor AS behind
    FROM consumers WHERE name = 'profile-merge'`;
/** A drain that makes no headway for so long has lost its poke; on the platform the minute mends it. */
const STALLED_MS = 5_000;

export class Stack {
    /** How often a tick had to do what a poke should have. */
    stalls = 0;
    #miniflare;
    #data;
    #names;

    /**
     * For profiling, a word to profile-merge is held back for `pokeDelayMs`; with `Infinity` it never
     * arrives, so that ingest runs without the consumers behind it.
     */
    static async start({ pokeDelayMs } = {}) {
        const stack = new Stack();
        stack.#data = await mkdtemp(join(tmpdir(), "tributary-bench-"));
        const credentials = await readCredentials(stack.#data);
        const configs = await readConfigs(ROOT);
        // On the platform no request for a function passes the router of static files.
        const workers = (await workerOptions(configs, credentials)).map(({ assets, ...worker }) => worker);
        stack.#names = workers.map((worker) => worker.name);
        // Straight to the worker: Miniflare's own entry worker is nobody's to pay for.
        const sockets = [{ host: "127.0.0.1", port: 0 }];
        stack.#miniflare = new Miniflare({
            host: "127.0.0.1",
            port: 0,
            cf: false,
            telemetry: { enabled: false },
            log: new Log(LogLevel.WARN),
            d1Persist: join(stack.#data, "d1"),
            kvPersist: join(stack.#data, "kv"),
            workers: [
                ...workers.map((worker) => ({ ...delayed(worker, pokeDelayMs), unsafeDirectSockets: sockets })),
                ...(pokeDelayMs === undefined ? [] : [slowPoke(pokeDelayMs)]),
                {
                    name: PEER,
                    compatibilityDate: workers[0].compatibilityDate,
                    modules: true,
                    script: PEER_SCRIPT,
                    d1Databases: { DB: PEER },
                    unsafeDirectSockets: sockets,
                },
            ],
        });
        try {
            await stack.#miniflare.ready;
            stack.url = (await stack.#miniflare.unsafeGetDirectURL(DOOR)).origin;
            stack.ingestUrl = (await stack.#miniflare.unsafeGetDirectURL(INGEST)).origin;
            stack.peerUrl = (await stack.#miniflare.unsafeGetDirectURL(PEER)).origin;
            stack.token = credentials.ADMIN_TOKEN;
            stack.internalKey = credentials.INTERNAL_KEY;
            stack.pid = await workerdPid();
            stack.db = await stack.#miniflare.getD1Database("DB", KEEPER);
            stack.peerDb = await stack.#miniflare.getD1Database("DB", PEER);
            await migrate(stack.db, ROOT, stack.#data);
            await stack.peerDb.prepare(PEER_TABLE).run();
            // More than the collector takes by default.
            await stack.api("PUT", "/api/v1/endpoints/web/bench", { secrets: { write_key: WRITE_KEY }, settings: { limit_per_minute: "1000000" } });
        } catch (error) {
            await stack.stop();
            throw error;
        }
        return stack;
    }

    async stop() {
        await this.#miniflare.dispose();
        await rm(this.#data, { recursive: true, force: true });
    }

    /** The API's answer; anything but success is an error. */
    async api(method, path, body) {
        const answer = await fetch(`${this.url}${path}`, {
            method,
            headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text) : undefined;
    }

    /** Asks a function what only functions may ask. */
    async internal(name, path, body) {
        const worker = await this.#miniflare.getWorker(name);
        const answer = await worker.fetch(`http://${name}/internal/${path}`, {
            method: "POST",
            headers: { "x-tributary-internal": this.internalKey },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        if (answer.status !== 200) throw new Error(`${name} ${path}: ${answer.status} ${text}`);
        return JSON.parse(text);
    }

    /** Every function's clock, so far ahead of the true one. */
    async setClock(offsetMs) {
        for (const name of this.#names.filter((name) => name !== DOOR)) {
            await this.internal(name, "clock", { offset_ms: offsetMs });
        }
    }

    async one(sql, ...values) {
        return steadily(() => this.db.prepare(sql).bind(...values).first());
    }

    async onePeer(sql) {
        return steadily(() => this.peerDb.prepare(sql).first());
    }

    /** Waits until profile-merge is at the log's head. Returns the milliseconds. */
    async caughtUp() {
        const started = performance.now();
        let least = Infinity;
        let progressAt = started;
        for (;;) {
            const { behind } = await this.one(BEHIND);
            if (behind === 0) return performance.now() - started;
            if (behind < least) [least, progressAt] = [behind, performance.now()];
            if (performance.now() - progressAt > STALLED_MS) {
                this.stalls += 1;
                await this.api("POST", "/dev/settle");
                [least, progressAt] = [Infinity, performance.now()];
            }
            await pause(50);
        }
    }

    /**
     * Waits until nothing has worked for so many tenths of a second, so that one side's rest is not
     * the other's burden.
     */
    async quiet(tenths = 3) {
        await this.caughtUp();
        let calm = 0;
        for (let tries = 0; calm < tenths && tries < 100; tries += 1) {
            const before = cpuMs(this.pid);
            await pause(100);
            calm = before !== null && cpuMs(this.pid) - before > 10 ? 0 : calm + 1;
        }
        await this.caughtUp();
    }

    /** Posts batches of events, four at a time, and fails if one is refused. */
    async send(events, size = 250) {
        const batches = [];
        for (let at = 0; at < events.length; at += size) batches.push(events.slice(at, at + size));
        const sender = async () => {
            for (let batch = batches.pop(); batch; batch = batches.pop()) {
                const answer = await fetch(`${this.url}/v1/batch`, {
                    method: "POST",
                    headers: HEADERS,
                    body: JSON.stringify({ batch }),
                });
                await answer.text();
                if (!answer.ok) throw new Error(`a batch was refused: ${answer.status}`);
            }
        };
        await Promise.all(Array.from({ length: 4 }, sender));
    }

    /** Makes persons 0 to `count - 1` known. */
    async populate(count) {
        await this.send(Array.from({ length: count }, (_, person) => identify(person, `known-${person}`)));
        await this.quiet();
    }
}

function delayed(worker, pokeDelayMs) {
    if (worker.name !== INGEST || pokeDelayMs === undefined) return worker;
    return { ...worker, serviceBindings: { ...worker.serviceBindings, PROFILE_MERGE: SLOW_POKE } };
}

function slowPoke(ms) {
    const script = `export default {
        async fetch(request, env) {
            if (env.MS === null) return Response.json({ done: 0, more: false });
            await scheduler.wait(env.MS);
            return env.NEXT.fetch(request);
        },
    };`;
    return {
        name: SLOW_POKE,
        compatibilityDate: "2026-04-01",
        modules: true,
        script,
        bindings: { MS: Number.isFinite(ms) ? ms : null },
        serviceBindings: { NEXT: "tributary-profile-merge" },
    };
}

/**
 * Asks again where the connection to Miniflare had been idle for so long that the runtime closed it
 * at that very moment.
 */
async function steadily(ask) {
    for (let tries = 0; ; tries += 1) {
        try {
            return await ask();
        } catch (error) {
            if (error.message !== "fetch failed" || tries === 3) throw error;
        }
    }
}

export function pause(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
