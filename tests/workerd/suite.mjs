// Runs the suite on this machine: `node tests/workerd/suite.mjs --port 8787`. `cargo xtask dev`
// builds the functions and calls this; tests call it with `--port 0 --json`.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { readOptions } from "./suite/options.mjs";
import { signInLink } from "./suite/sign-in.mjs";
import { Suite } from "./suite/suite.mjs";

const DEMO = fileURLToPath(new URL("demo.mjs", import.meta.url));

let suite;
let demo;
let stopping = false;

async function main() {
    const options = readOptions(process.argv.slice(2));
    // Before anything starts, so that an early Ctrl-C leaves nothing behind.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0));
    if (options.controlled) takeOrders();
    suite = await Suite.start(options);
    if (stopping) return suite.stop();
    await announce(options);
    if (options.demo) startDemo();
}

async function announce(options) {
    const { json, data } = options;
    const { url, tokens, migrated } = suite;
    if (json) {
        const line = { url, tokens, internalKey: suite.internalKey, workerdPid: await suite.workerdPid() };
        console.log(JSON.stringify(line));
        return;
    }
    if (migrated.length > 0) console.log(`migrated  ${migrated.join(", ")}`);
    console.log(`ready ${url}`);
    console.log(`admin     ${tokens.admin}`);
    console.log(`read only ${tokens.readonly}`);
    console.log(`data      ${data}`);
    // The demo moves the clock on by days: a link from before would have run out.
    if (!options.demo) await printLink();
    console.log(`try       curl -H 'Authorization: Bearer ${tokens.admin}' ${url}/api/v1/health`);
}

async function printLink() {
    // Nobody by that address where others have made the users.
    const link = await signInLink(suite).catch(() => undefined);
    if (link) console.log(`sign in   ${link}`);
}

function startDemo() {
    if (!existsSync(DEMO)) {
        console.error("there is no demo yet (tests/workerd/demo.mjs)");
        return;
    }
    const env = {
        ...process.env,
        BASE_URL: suite.url,
        ADMIN_TOKEN: suite.tokens.admin,
        READONLY_TOKEN: suite.tokens.readonly,
    };
    demo = spawn(process.execPath, [DEMO], { env, stdio: ["ignore", "inherit", "inherit"] });
    demo.on("exit", (code) => {
        demo = undefined;
        void printLink();
        if (code) console.error(`the demo failed (exit code ${code}); the suite runs on`);
    });
}

function takeOrders() {
    const lines = createInterface({ input: process.stdin });
    let last = Promise.resolve();
    lines.on("line", (order) => {
        // One after the other, and a failed one does not end the suite.
        last = last.then(() => obey(order)).catch((error) => console.error(`error: ${error.message}`));
    });
    lines.on("close", () => stop(0));
}

async function obey(order) {
    if (!suite) return;
    const started = performance.now();
    if (order === "reload") {
        await suite.reload();
        console.log(`reloaded  in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    } else if (order === "migrate") {
        const added = await suite.migrate();
        if (added.length > 0) console.log(`migrated  ${added.join(", ")}`);
    } else {
        throw new Error(`unknown order: ${order}`);
    }
}

async function stop(code) {
    if (stopping) return;
    stopping = true;
    demo?.kill();
    // A runtime that does not close must not keep the terminal.
    setTimeout(() => process.exit(1), 6_000).unref();
    await suite?.stop();
    process.exit(code);
}

main().catch(async (error) => {
    console.error(`error: ${error.message}`);
    await stop(1);
});
