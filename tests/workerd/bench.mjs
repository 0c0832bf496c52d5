// Measures the built functions in workerd: `cargo xtask bench [--quick]` builds them for release and
// runs this. Prints a table; a full run writes docs/benchmarks.md.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Client } from "./bench/client.mjs";
import { duel } from "./bench/duel.mjs";
import { footprint } from "./bench/footprint.mjs";
import { journey } from "./bench/journey.mjs";
import { fill, measureLists } from "./bench/lists.mjs";
import { memory, memoryLines } from "./bench/memory.mjs";
import { peakMb } from "./bench/process.mjs";
import { profile } from "./bench/profile.mjs";
import { overload, overloadLines } from "./bench/overload.mjs";
import { besides, markdown, sections, aside, terminal } from "./bench/report.mjs";
import { measureRows } from "./bench/rows.mjs";
import { soak, soakLines } from "./bench/soak.mjs";
import { Stack } from "./bench/stack.mjs";

const REPORT = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const PARTS = ["one", "many", "journey", "lists", "rows"];

const { values: options } = parseArgs({
    options: {
        // Rounds too short to be trusted; writes a file only when told which.
        quick: { type: "boolean", default: false },
        date: { type: "string", default: new Date().toISOString().slice(0, 10) },
        out: { type: "string" },
        // While working on one part: `--only one`. Writes nothing.
        only: { type: "string", multiple: true, default: PARTS },
        // Instead: where the time goes. Writes nothing.
        profile: { type: "boolean", default: false },
        // Instead: 2,000 senders for a minute. Writes its part of docs/benchmarks.md.
        overload: { type: "boolean", default: false },
        // Instead: so many minutes at 60 % of capacity. Writes its part of docs/benchmarks.md.
        soak: { type: "string" },
        // Instead: what so many refused requests leave behind. Writes its part of docs/benchmarks.md.
        memory: { type: "string" },
        connections: { type: "string", default: "2000" },
        seconds: { type: "string", default: "60" },
    },
});

const shape = options.quick
    ? { rounds: 2, seconds: 2, warmUp: 1, people: 1_000, runs: 1_000, many: { people: 10_000, touchpoints: 100_000 } }
    : { rounds: 5, seconds: 5, warmUp: 3, people: 5_000, runs: 10_000, many: { people: 100_000, touchpoints: 1_000_000 } };

async function main() {
    if (options.profile) return profileOnly();
    if (options.overload) {
        const job = { seconds: Number(options.seconds), connections: Number(options.connections), people: shape.people };
        return part("Under overload", "overload", overloadLines, (stack) => overload(stack, job));
    }
    if (options.soak) {
        return part("Over time", `soak ${options.soak}`, soakLines, (stack) => soak(stack, { minutes: Number(options.soak), people: shape.people }));
    }
    if (options.memory) {
        return part("Memory of refused requests", `memory ${options.memory}`, memoryLines, (stack) => memory(stack, Number(options.memory)));
    }
    const wanted = (part) => options.only.includes(part);
    const found = { rows: null, sizes: await footprint() };
    // Rows are counted on a suite that nothing else has touched.
    if (wanted("rows")) found.rows = await withStack((stack) => measureRows(stack.url, (path) => ask(stack, path)));
    if (wanted("lists")) {
        found.lists = await withStack(async (stack) => {
            await fill(stack.db, shape.many, note);
            return { ...shape.many, lists: await measureLists(stack) };
        });
    }
    if (["one", "many", "journey"].some(wanted)) await contests(found, wanted);
    if (options.only.length < PARTS.length) return console.dir(found, { depth: null });
    await report(found);
}

async function contests(found, wanted) {
    await withStack(async (stack) => {
        const client = new Client();
        try {
            note(`${shape.people} people`);
            await stack.populate(shape.people);
            const contest = async (name, connections, batch) => {
                note(`${shape.rounds} rounds of ${shape.seconds} s, twice: ${batch} a request`);
                return duel(stack, client, { ...shape, name, connections, batch });
            };
            if (wanted("one")) found.one = await contest("one", 16, 1);
            if (wanted("many")) found.many = await contest("many", 4, 100);
            if (wanted("journey")) {
                note(`${shape.runs} runs`);
                found.journey = await journey(stack, shape.runs);
            }
            found.stack = { peakMb: peakMb(stack.pid), stalls: stack.stalls };
        } finally {
            await client.stop();
        }
    });
}

async function profileOnly() {
    const client = new Client();
    try {
        for (const line of await profile(client, shape)) console.log(line);
    } finally {
        await client.stop();
    }
}

/** One part of the report that has a command of its own. */
async function part(title, command, lines, measure) {
    const found = await withStack(async (stack) => {
        await stack.populate(shape.people);
        return measure(stack);
    });
    const section = { title, lines: lines(found) };
    process.stdout.write(terminal([section]));
    if (options.quick) return;
    const text = await readFile(options.out ?? REPORT, "utf8");
    await writeFile(options.out ?? REPORT, besides(text, { ...section, command: `cargo xtask bench --${command}`, date: options.date }));
}

async function report(found) {
    const all = sections(found);
    process.stdout.write(terminal(all));
    const file = options.out ?? (options.quick ? undefined : REPORT);
    if (!file) return;
    const text = markdown(all, {
        command: options.quick ? "cargo xtask bench --quick" : "cargo xtask bench",
        date: options.date,
        shape: { ...shape, connections: "16 (alone) or 4 (100 a request)" },
        stalls: found.stack.stalls,
    });
    const before = await readFile(file, "utf8").catch(() => "");
    await writeFile(file, text + aside(before));
    console.log(`\nwritten: ${file}`);
}

async function withStack(work) {
    const stack = await Stack.start();
    try {
        return await work(stack);
    } finally {
        await stack.stop();
    }
}

async function ask(stack, path) {
    const answer = await fetch(`${stack.url}${path}`, { headers: { authorization: `Bearer ${stack.token}` } });
    const text = await answer.text();
    return { status: answer.status, body: answer.ok && text ? JSON.parse(text) : text };
}

function note(text) {
    console.error(`… ${text}`);
}

main().catch((error) => {
    console.error(`error: ${error.message}${error.cause ? ` (${error.cause})` : ""}`);
    process.exitCode = 1;
});
