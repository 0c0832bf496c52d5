// The reference library of Standard Webhooks as the sender.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { start } from "./running.mjs";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("standard-webhooks", "pos", { signing_secret: SECRET });
});
after(() => suite?.stop());

function send(id, body, { secret = SECRET, at = new Date(), sent = body } = {}) {
    const signature = new Webhook(secret).sign(id, at, body);
    return fetch(`${suite.url}/in/standard-webhooks/pos`, {
        method: "POST",
        headers: {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
            "webhook-signature": signature,
        },
        body: sent,
    });
}

const sale = (phone) => JSON.stringify({ type: "pos.sale.completed", data: { phone, total_minor: 4500 } });

test("signed by the library: accepted, and once however often it is delivered", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send("msg_1", sale("13800138000"))));
    assert.deepEqual(answers.map((answer) => Math.floor(answer.status / 100)), [2, 2, 2, 2, 2]);
    assert.equal(await suite.total("standard-webhooks"), 1);
});

test("tampered, foreign, stale: refused, and nothing is kept", async () => {
    const before = await suite.total("standard-webhooks");
    const stale = new Date(Date.now() - 6 * 60_000);
    const answers = [
        await send("msg_2", sale("13800138001"), { sent: sale("13900139000") }),
        await send("msg_3", sale("13800138002"), { secret: OTHER }),
        await send("msg_4", sale("13800138003"), { at: stale }),
    ];
    for (const answer of answers) assert.equal(answer.status, 401);
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    assert.equal(new Set(bodies).size, 1, "the refusal tells nothing");
    assert.equal(await suite.total("standard-webhooks"), before);
});

test("a rotated secret: the new and the one before it are valid, the older is not", async () => {
    await suite.endpoint("standard-webhooks", "pos", { signing_secret: OTHER });
    assert.equal((await send("msg_5", sale("13800138004"), { secret: OTHER })).ok, true);
    assert.equal((await send("msg_6", sale("13800138005"))).ok, true);
    await suite.endpoint("standard-webhooks", "pos", { signing_secret: "whsec_" + Buffer.alloc(24, 7).toString("base64") });
    // The configuration in memory may be a second old.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    assert.equal((await send("msg_7", sale("13800138006"))).status, 401);
});

test("unknown endpoints and channels are not there", async () => {
    const post = (path) => fetch(`${suite.url}${path}`, { method: "POST", body: "{}" });
    for (const path of ["/in/standard-webhooks/none", "/in/none/pos", "/internal/tick", "/api/v1/nothing", "/v1/nothing"]) {
        assert.equal((await post(path)).status, 404, path);
    }
    // Every other address is a page of the console's, and nothing can be sent to a page.
    assert.equal((await post("/nothing")).status, 405);
});
