// Requests that arrive together are written together: fewer statements, and nothing lost or
// doubled, also when some of the senders hang up in the middle.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { HEADERS, WRITE_KEY, pageView } from "../workerd/bench/events.mjs";
import { start } from "./running.mjs";

let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "bench", { write_key: WRITE_KEY });
});
after(() => suite?.stop());

/** Posts one event as senders do: told to come back later (ADR 0033), it comes back. */
async function post(event) {
    for (let tries = 1; ; tries += 1) {
        const { status, retryAfter } = await once(event);
        if (status !== 503 || tries === 10) return status;
        assert.ok(retryAfter >= 1 && retryAfter <= 5, `Retry-After: ${retryAfter}`);
        await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
    }
}

/** Posts one event once; resolves with the status, which is 0 when hung up on purpose after `hangUpMs`. */
function once(event, hangUpMs) {
    const url = new URL(suite.url);
    const body = JSON.stringify(event);
    return new Promise((resolve, reject) => {
        const headers = { ...HEADERS, "content-length": Buffer.byteLength(body) };
        const options = { host: url.hostname, port: url.port, method: "POST", path: "/v1/page", headers };
        const sending = request(options, (answer) => {
            answer.resume();
            answer.on("end", () => resolve({ status: answer.statusCode, retryAfter: Number(answer.headers["retry-after"]) }));
            answer.on("error", () => resolve({ status: 0 }));
        });
        sending.on("error", (error) => (hangUpMs === undefined ? reject(error) : resolve({ status: 0 })));
        sending.end(body);
        if (hangUpMs !== undefined) setTimeout(() => sending.destroy(), hangUpMs);
    });
}

async function kept() {
    return suite.total("web");
}

test("a hundred at once take far fewer statements than events, and each is there once", async () => {
    await post(pageView(0, "first"));
    const before = await suite.get("/dev/usage");
    const events = Array.from({ length: 100 }, (_, n) => pageView(n, `at-once-${n}`));
    const statuses = await Promise.all(events.map((event) => post(event)));
    assert.deepEqual(new Set(statuses), new Set([200]));
    const after = await suite.get("/dev/usage");
    const statements = after.ingest.statements - before.ingest.statements;
    assert.ok(statements < 50, `${statements} statements for 100 events`);
    assert.equal(await kept(), 101);
    // Sent again, together as well: nothing new.
    await Promise.all(events.map((event) => post(event)));
    assert.equal(await kept(), 101);
});

test("senders that hang up take nobody with them", async () => {
    const before = await kept();
    const staying = [];
    const leaving = [];
    for (let n = 0; n < 200; n += 1) {
        if (n % 4 === 0) leaving.push(once(pageView(n, `leaves-${n}`), n % 7));
        else staying.push(post(pageView(n, `stays-${n}`)));
    }
    const statuses = await Promise.all(staying);
    await Promise.all(leaving);
    assert.deepEqual(new Set(statuses), new Set([200]));
    // Who hung up may have been written or not: those who were answered must have been.
    const found = (await kept()) - before;
    assert.ok(found >= staying.length && found <= staying.length + leaving.length, `${found} kept`);
    await suite.api("POST", "/dev/settle");
    const { items } = await suite.get("/api/v1/dead-letters");
    assert.deepEqual(items, []);
});
