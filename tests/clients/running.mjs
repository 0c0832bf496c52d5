// Starts the built suite in workerd for a test, with a data folder of its own.
//
// The suite closes connections that are idle. A test that was held up (its event loop stopped, its process got no
// turn on a busy machine) has not heard of it and would send its next request into a closed one: so every request
// has a connection of its own, children are awaited, and large bodies are packed off the loop. `tidy.rs` refuses what
// waits synchronously.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SUITE = fileURLToPath(new URL("../workerd/suite.mjs", import.meta.url));

const kept = globalThis.fetch;
globalThis.fetch = (input, init = {}) => {
    const headers = new Headers(init.headers ?? input.headers);
    headers.set("connection", "close");
    return kept(input, { ...init, headers });
};

/** `vars`: `function.NAME=value` each. */
export async function start(data = mkdtempSync(join(tmpdir(), "tributary-")), vars = []) {
    const set = vars.flatMap((one) => ["--var", one]);
    const child = spawn(process.execPath, [SUITE, "--port", "0", "--json", "--data", data, ...set], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    const started = await new Promise((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`the suite ended with ${code}`)));
        createInterface({ input: child.stdout }).on("line", (line) => {
            if (line.startsWith("{")) resolve(JSON.parse(line));
        });
    });
    return new Running(child, started, data);
}

export class Running {
    constructor(child, started, data) {
        this.child = child;
        this.data = data;
        this.url = started.url;
        this.token = started.tokens.admin;
        this.readonlyToken = started.tokens.readonly;
        this.workerdPid = started.workerdPid;
    }

    async api(method, path, body, token = this.token) {
        const response = await fetch(`${this.url}${path}`, {
            method,
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await response.text();
        return { status: response.status, body: text ? JSON.parse(text) : undefined };
    }

    /// The answer's body; anything but success is an error.
    async get(path) {
        const { status, body } = await this.api("GET", path);
        if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
        return body;
    }

    async endpoint(channel, id, secrets, settings) {
        const { status, body } = await this.api("PUT", `/api/v1/endpoints/${channel}/${id}`, { secrets, settings });
        if (status !== 200 && status !== 201) throw new Error(JSON.stringify(body));
    }

    /// How many touchpoints a channel has left, all told.
    async total(channel, name) {
        const filter = name ? `&name=${encodeURIComponent(name)}` : "";
        return (await this.get(`/api/v1/touchpoints?channel=${channel}${filter}`)).total;
    }

    /// Everything that is due is done when this returns.
    async settle() {
        const { status, body } = await this.api("POST", "/dev/advance", { by_seconds: 0 });
        if (status !== 200) throw new Error(JSON.stringify(body));
        return body;
    }

    async stop({ keep = false } = {}) {
        await end(this.child, "SIGTERM");
        if (!keep) rmSync(this.data, { recursive: true, force: true });
    }

    /// As when the power fails: no handler runs.
    async killHard() {
        try {
            process.kill(this.workerdPid, "SIGKILL");
        } catch {
            // It is gone already.
        }
        await end(this.child, "SIGKILL");
    }
}

function end(child, signal) {
    return new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once("exit", resolve);
        child.kill(signal);
    });
}
