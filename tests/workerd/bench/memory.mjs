// What refused requests leave behind in the process: ours, and two bare JavaScript Workers of which one asks the
// other, as our gateway asks ingest. The runtime's objects of a request are freed when its JavaScript engine collects
// garbage, and the engine, which does not see how large they are, sees no reason for a long time.

import { Agent, request } from "node:http";
import { Miniflare } from "miniflare";
import { residentMb, workerdPid } from "./process.mjs";

const CONNECTIONS = 16;
const STEPS = 5;
const FRONT = `export default { fetch(request, env) { return env.NEXT.fetch(new Request(request, { headers: [...request.headers] })); } };`;
const BACK = `export default { async fetch(request) {
    await request.arrayBuffer();
    return Response.json({ code: "unknown_endpoint" }, { status: 404 });
} };`;

/** Resident memory at the beginning and after each fifth of the requests, in MB. */
export async function memory(stack, count) {
    const ours = await refuse(stack.url, stack.pid, count);
    const bare = new Miniflare({
        workers: [
            { name: "front", modules: true, compatibilityDate: "2026-04-01", script: FRONT, serviceBindings: { NEXT: "back" } },
            { name: "back", modules: true, compatibilityDate: "2026-04-01", script: BACK },
        ],
    });
    try {
        const url = String(await bare.ready);
        return { ours, bare: await refuse(url, await workerdPid(), count), count };
    } finally {
        await bare.dispose();
    }
}

async function refuse(url, pid, count) {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const target = new URL(url);
    const found = [residentMb(pid)];
    for (let step = 0; step < STEPS; step += 1) {
        let left = count / STEPS;
        const sender = async () => {
            while (left-- > 0) await post(agent, target);
        };
        await Promise.all(Array.from({ length: CONNECTIONS }, sender));
        found.push(residentMb(pid));
    }
    agent.destroy();
    return found;
}

function post(agent, target) {
    return new Promise((resolve, reject) => {
        const options = { agent, host: target.hostname, port: target.port, method: "POST", path: "/in/none/none", headers: { "content-length": 2 } };
        const sending = request(options, (answer) => {
            answer.on("end", resolve);
            answer.resume();
        });
        sending.on("error", reject);
        sending.end("{}");
    });
}

/** Lines of `[what, figure]`. */
export function memoryLines({ ours, bare, count }) {
    const steps = (values) => `${values.map((value) => value.toFixed(0)).join(" → ")} MB`;
    return [
        [`ours, ${count} refused requests in ${STEPS} parts`, steps(ours)],
        ["two bare JavaScript Workers, one behind the other", steps(bare)],
    ];
}
