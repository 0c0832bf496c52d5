// What must be refused, in the real runtime: with a code, without a row, without a broken suite.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { start } from "./running.mjs";

const AUTH = { authorization: `Basic ${Buffer.from("wk_bad:").toString("base64")}`, "content-type": "application/json" };
/** Off the event loop: see running.mjs. */
const zip = promisify(gzip);
let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "site", { write_key: "wk_bad" });
    await suite.endpoint("wechat-official", "oa", { token: "tok" }, { app_id: "wx1", mode: "plain" });
});
after(() => suite?.stop());

const post = (path, body, headers = {}) => fetch(`${suite.url}${path}`, { method: "POST", body, headers: { ...AUTH, ...headers } });

async function refused(name, answer, statuses) {
    const { status } = await answer;
    assert.ok(statuses.includes(status), `${name}: ${status}`);
}

/** Who is refused while still sending may find the connection closed before the answer is read. */
async function refusedWhileSending(name, answer, statuses) {
    try {
        await refused(name, answer, statuses);
    } catch (error) {
        if (!["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(error.cause?.code)) throw error;
    }
}

test("not JSON, too large, too deep, a bomb: 4xx, no row, and the next request works", async () => {
    const deep = `{"type":"track","userId":"u","event":"x","properties":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;
    const bomb = await zip(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const long = JSON.stringify({ type: "track", userId: "u", event: "x", properties: { text: "x".repeat(40_000) } });
    await refused("not JSON", post("/v1/track", "{nope"), [400]);
    await refused("truncated", post("/v1/track", '{"type":"track","userId":"u"'), [400]);
    await refused("trailing bytes", post("/v1/track", '{"type":"track","userId":"u","event":"x"} x'), [400]);
    await refused("too deep", post("/v1/track", deep), [400]);
    await refused("too large an event", post("/v1/track", long), [400, 413]);
    await refusedWhileSending("too large a request", post("/v1/batch", "x".repeat(9 * 1024 * 1024)), [400, 413]);
    await refused("a gzip bomb", post("/v1/batch", bomb, { "content-encoding": "gzip" }), [400, 413]);
    await refused("broken gzip", post("/v1/batch", Buffer.from([0x1f, 0x8b, 0, 1, 2]), { "content-encoding": "gzip" }), [400]);
    await refused("nobody", post("/v1/track", '{"type":"track","event":"x"}'), [400]);
    assert.equal(await suite.total("web"), 0);
    const good = await post("/v1/track", '{"type":"track","userId":"u","event":"Good"}');
    assert.equal(good.status, 200);
    assert.equal(await suite.total("web"), 1);
});

test("gzip is undone", async () => {
    const body = await zip('{"batch":[{"type":"track","userId":"u","event":"Zipped"}]}');
    assert.equal((await post("/v1/batch", body, { "content-encoding": "gzip" })).status, 200);
    assert.equal(await suite.total("web", "Zipped"), 1);
});

test("XML with a DTD is refused", async () => {
    const { createHash } = await import("node:crypto");
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHash("sha1").update(["tok", timestamp, "n"].sort().join("")).digest("hex");
    const query = new URLSearchParams({ signature, timestamp, nonce: "n" });
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><FromUserName>&a;</FromUserName></xml>';
    const answer = await fetch(`${suite.url}/in/wechat-official/oa?${query}`, { method: "POST", body: bomb });
    assert.equal(answer.status, 400);
    assert.equal(await suite.total("wechat-official"), 0);
});

test("a bad event in a batch falls alone", async () => {
    const before = await suite.total("web");
    const batch = [{ type: "track", userId: "u", event: "A" }, { type: "track", userId: "u" }, { type: "track", userId: "u", event: "B" }];
    assert.equal((await post("/v1/batch", JSON.stringify({ batch }))).status, 200);
    assert.equal(await suite.total("web"), before + 2);
});

test("browsers may call the collector from any page", async () => {
    const preflight = await fetch(`${suite.url}/v1/t`, {
        method: "OPTIONS",
        headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "https://shop.example");
    const answer = await post("/v1/t", '{"userId":"u","event":"C"}', { origin: "https://shop.example" });
    assert.equal(answer.headers.get("access-control-allow-origin"), "https://shop.example");
});

test("roles: nobody, read-only and admin", async () => {
    assert.equal((await suite.api("GET", "/api/v1/leads", undefined, "wrong")).status, 401);
    assert.equal((await suite.api("GET", "/api/v1/leads", undefined, suite.readonlyToken)).status, 200);
    const put = await suite.api("PUT", "/api/v1/endpoints/web/x", { secrets: { write_key: "k" } }, suite.readonlyToken);
    assert.equal(put.status, 403);
    assert.equal((await suite.api("POST", "/dev/advance", { by_seconds: 1 }, suite.readonlyToken)).status, 403);
    assert.equal((await suite.api("GET", "/api/v1/nothing")).status, 404);
});

test("secrets go in and never come out", async () => {
    const { body } = await suite.api("PUT", "/api/v1/endpoints/shopify/s", { secrets: { webhook_secret: "do-not-tell" } });
    assert.ok(!JSON.stringify(body).includes("do-not-tell"));
    assert.ok(!JSON.stringify(await suite.get("/api/v1/endpoints/shopify/s")).includes("do-not-tell"));
    const { status, body: problem } = await suite.api("PUT", "/api/v1/endpoints/shopify/t", { secrets: { wrong: "x" } });
    assert.deepEqual([status, problem.code], [422, "unknown_secret"]);
});
