// The whole suite in one workerd process, with local D1 and KV.

import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { credentials as readCredentials } from "./credentials.mjs";
import { startCron } from "./cron.mjs";
import { migrate } from "./migrations.mjs";
import { cronWorkers, readConfigs, workerOptions } from "./workers.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const HOST = "127.0.0.1";
// The database is one; this function certainly has it.
const DATABASE_OF = "tributary-admin";

export class Suite {
    #miniflare;
    #options;
    #credentials;
    #stopCron = () => {};

    /** `options`: port (0: any free one), data (folder), adminToken, cron. */
    static async start(options) {
        await portIsFree(options.port);
        const suite = new Suite();
        suite.#options = options;
        suite.#credentials = await readCredentials(options.data, options.adminToken);
        const { configs, miniflare } = await suite.#describe();
        suite.#miniflare = new Miniflare(miniflare);
        try {
            suite.url = (await suite.#miniflare.ready).origin;
            suite.migrated = await suite.migrate();
            await suite.#healthy();
        } catch (error) {
            await suite.stop();
            throw error;
        }
        if (options.cron) suite.#stopCron = startCron(suite, cronWorkers(configs));
        return suite;
    }

    get tokens() {
        return { admin: this.#credentials.ADMIN_TOKEN, readonly: this.#credentials.READONLY_TOKEN };
    }

    get internalKey() {
        return this.#credentials.INTERNAL_KEY;
    }

    /** Takes up new builds and configurations; data and address stay. */
    async reload() {
        this.#stopCron();
        const { configs, miniflare } = await this.#describe();
        await this.#miniflare.setOptions({ ...miniflare, port: Number(new URL(this.url).port) });
        await this.#healthy();
        if (this.#options.cron) this.#stopCron = startCron(this, cronWorkers(configs));
    }

    async migrate() {
        return migrate(await this.database(), ROOT, this.#options.data);
    }

    database() {
        return this.#miniflare.getD1Database("DB", DATABASE_OF);
    }

    async scheduled(name, event) {
        const worker = await this.#miniflare.getWorker(name);
        return worker.scheduled(event);
    }

    /** A request to one function, past the gateway: tests only. */
    async fetch(name, path, init) {
        const worker = await this.#miniflare.getWorker(name);
        return worker.fetch(`http://${name}${path}`, init);
    }

    /** The process that does the work: tests read its memory. */
    async workerdPid() {
        try {
            const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
            for (const pid of children.trim().split(" ").map(Number)) {
                const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
                if (command.split("\0")[0].endsWith("workerd")) return pid;
            }
        } catch {
            // Not Linux: nobody measures there.
        }
        return null;
    }

    async stop() {
        this.#stopCron();
        await this.#miniflare.dispose();
    }

    async #describe() {
        const { port, data } = this.#options;
        const configs = await readConfigs(ROOT);
        const miniflare = {
            host: HOST,
            port,
            cf: false,
            telemetry: { enabled: false },
            log: new Log(LogLevel.WARN),
            d1Persist: join(data, "d1"),
            kvPersist: join(data, "kv"),
            workers: await workerOptions(configs, this.#credentials, this.#ownAddress(port), this.#options.vars),
        };
        return { configs, miniflare };
    }

    /** Where it is reached, as far as that is known before it runs: for links in mails. */
    #ownAddress(port) {
        return this.url ?? (port ? `http://${HOST}:${port}` : undefined);
    }

    async #healthy() {
        const response = await fetch(`${this.url}/health`);
        const text = await response.text();
        if (response.status !== 200) throw new Error(`the gateway is not healthy: ${response.status} ${text}`);
    }
}

/** Asked beforehand: the runtime would answer with a page of addresses. */
function portIsFree(port) {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.on("error", () => reject(new Error(`port ${port} is taken: stop what listens there, or choose another with --port`)));
        probe.listen(port, HOST, () => probe.close(resolve));
    });
}
