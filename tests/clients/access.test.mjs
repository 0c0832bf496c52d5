// The rights of people and keys in the real runtime: many at once, previews, and an audit log that was cut.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./running.mjs";

let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "site", { write_key: "wk" });
    const response = await fetch(`${suite.url}/v1/identify`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("wk:")}`, "content-type": "application/json" },
        body: JSON.stringify({ type: "identify", messageId: "m1", userId: "u1", traits: { email: "li.na@example.com", phone: "13800138000", birthday: "1990-01-01" } }),
    });
    assert.equal(response.status, 200);
    await suite.settle();
});
after(() => suite?.stop());

test("64 who look and 32 who change at once are all answered, and all are in the log", async () => {
    const before = (await suite.get("/api/v1/audit/verification")).entries;
    const readers = Array.from({ length: 64 }, (_, n) => suite.api("GET", `/api/v1/search?q=person-${n}`));
    const writers = Array.from({ length: 32 }, (_, n) => suite.api("PUT", `/api/v1/teams/t${n}`, { name: `Team ${n}` }));
    const statuses = (await Promise.all([...readers, ...writers])).map(({ status }) => status);
    assert.deepEqual([...new Set(statuses)], [200]);
    const verified = await suite.get("/api/v1/audit/verification");
    assert.equal(verified.intact, true);
    assert.equal(verified.entries - before, 96);
});

test("a preview is admitted as a view and leaves no change in the log", async () => {
    const [profile] = (await suite.get("/api/v1/profiles?identity=email:li.na@example.com")).items;
    const { edges } = await suite.get(`/api/v1/profiles/${profile.id}/identities`);
    const path = `/api/v1/profiles/${profile.id}/unmerge`;
    const edge = { a: edges[0].a, b: edges[0].b };
    const { body: key } = await suite.api("POST", "/api/v1/api-keys", { name: "viewer", scopes: ["profiles:view", "personal_data:view"] });
    const preview = await suite.api("POST", path, { edge, preview: true }, key.key);
    assert.equal(preview.status, 200, JSON.stringify(preview.body));
    assert.ok(Array.isArray(preview.body.preview));
    assert.equal((await suite.api("POST", path, { edge }, key.key)).status, 403);
    assert.equal((await suite.api("POST", path, { edge, preview: false }, key.key)).status, 403);
    const { items } = await suite.get(`/api/v1/audit?actor=${key.id}`);
    assert.deepEqual(items.filter((entry) => entry.action === "changed"), []);
    assert.ok(items.some((entry) => entry.action === "previewed" && entry.object.endsWith("/unmerge")));
});

test("a masked role sees nothing of a profile in any answer", async () => {
    const [{ id }] = (await suite.get("/api/v1/profiles?identity=email:li.na@example.com")).items;
    for (const path of [`/api/v1/profiles/${id}`, `/api/v1/profiles/${id}/timeline`, "/api/v1/search?q=13800138000", "/api/v1/touchpoints"]) {
        const { status, body } = await suite.api("GET", path, undefined, suite.readonlyToken);
        assert.equal(status, 200, path);
        assert.doesNotMatch(JSON.stringify(body), /13800138000|li\.na|1990-01-01/u, path);
    }
});

test("addresses within the network are refused, the own machine is one of development's", async () => {
    for (const [base_url, expected] of [["http://169.254.169.254", 422], ["https://10.0.0.1", 422], ["https://0x7f000001", 422], ["http://127.0.0.1:9", 201]]) {
        const { status, body } = await suite.api("PUT", "/api/v1/endpoints/resend/main", { secrets: { api_key: "k" }, settings: { from: "a@example.com", base_url } });
        assert.equal(status, expected, `${base_url}: ${JSON.stringify(body)}`);
    }
});
