// The demo company moves in through the public doors, checks itself, and a second time changes
// nothing: what the README's first steps show is there.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { start } from "./running.mjs";

const DEMO = fileURLToPath(new URL("../workerd/demo.mjs", import.meta.url));

let suite;

before(async () => {
    suite = await start();
});
after(() => suite?.stop());

/** The demo's exit code and what it said. */
function demo() {
    const env = {
        ...process.env,
        BASE_URL: suite.url,
        ADMIN_TOKEN: suite.token,
        READONLY_TOKEN: suite.readonlyToken,
    };
    const child = spawn(process.execPath, [DEMO], { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    return new Promise((resolve) => child.on("exit", (code) => resolve({ code, said })));
}

test("the demo moves in, and a second time changes nothing", async () => {
    const first = await demo();
    assert.equal(first.code, 0, first.said);
    const touchpoints = await suite.total("web");
    const again = await demo();
    assert.equal(again.code, 0, again.said);
    assert.equal(await suite.total("web"), touchpoints);
});

test("a person by any identifier, why one message was sent, a lead with its five answers", async () => {
    for (const identity of ["phone:13800138000", "phone:+8613800138000", "email:li.na@example.com"]) {
        const { items } = await suite.get(`/api/v1/profiles?identity=${identity}`);
        assert.equal(items.length, 1, identity);
        assert.equal(items[0].traits.name, "李娜");
        const timeline = await suite.get(`/api/v1/profiles/${items[0].id}/timeline?limit=200`);
        assert.ok(new Set(timeline.items.map(({ channel }) => channel)).size >= 3);
    }
    const messages = await suite.get("/api/v1/messages?identity=phone:+8613800138000");
    const sent = messages.items.find(({ status }) => status === "sent");
    assert.ok(sent.deliveries.some(({ kind }) => kind === "gate"), JSON.stringify(sent));
    const leads = await suite.get("/api/v1/leads?state=sales_ready");
    const lead = await suite.get(`/api/v1/leads/${leads.items.find(({ owner }) => owner).id}`);
    for (const answer of ["first_touch", "viewed", "questions", "mails", "segments_and_tags"]) {
        assert.ok(answer in lead.answers, answer);
    }
});
