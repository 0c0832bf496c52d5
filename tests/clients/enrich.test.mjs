// What a push leaves out is asked for over HTTP, at once where a poke gets through, by the minute where none
// did: a vendor's API stands on this machine and speaks as WeChat documents it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Suite } from "../workerd/suite/suite.mjs";
import { Running } from "./running.mjs";

const data = mkdtempSync(join(tmpdir(), "tributary-"));
const calls = [];
let vendor;
let runtime;
let suite;
/** How the vendor answers what it is asked about people. */
let mood = "well";

function answer(path, query, body) {
    if (path === "/cgi-bin/stable_token") {
        const good = body.appid === "wx1" && body.secret === "s3cret" && body.grant_type === "client_credential";
        return good ? { access_token: "TOKEN", expires_in: 7200 } : { errcode: 40125, errmsg: "invalid appsecret" };
    }
    if (path === "/sns/jscode2session") {
        return { openid: `o-${query.get("js_code")}`, unionid: "uLi", session_key: "never kept" };
    }
    if (mood === "ill") return { errcode: -1, errmsg: "system error" };
    assert.deepEqual([path, query.get("access_token")], ["/cgi-bin/user/info/batchget", "TOKEN"]);
    return { user_info_list: body.user_list.map(({ openid }) => ({ subscribe: 1, openid, unionid: `u${openid.slice(1)}` })) };
}

before(async () => {
    vendor = createServer(async (request, response) => {
        let text = "";
        for await (const chunk of request) text += chunk;
        const url = new URL(request.url, "http://vendor");
        calls.push(url.pathname);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer(url.pathname, url.searchParams, text ? JSON.parse(text) : {})));
    });
    await new Promise((resolve) => vendor.listen(0, "127.0.0.1", resolve));
    runtime = await Suite.start({ port: 0, data, cron: false, vars: [] });
    suite = new Running(null, { url: runtime.url, tokens: runtime.tokens }, data);
    const base_url = `http://127.0.0.1:${vendor.address().port}`;
    await suite.endpoint("wechat-official", "oa", { token: "t0ken", app_secret: "s3cret" }, { app_id: "wx1", mode: "plain", base_url });
    await suite.endpoint("web", "mini", { write_key: "wk", wechat_app_secret: "s3cret" }, { wechat_app_id: "wxmini", wechat_base_url: base_url });
});
after(async () => {
    await runtime?.stop();
    vendor?.close();
    rmSync(data, { recursive: true, force: true });
});

async function writes(openid, id) {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHash("sha1").update([timestamp, "nonce", "t0ken"].sort().join("")).digest("hex");
    const body = `<xml><ToUserName>gh_1</ToUserName><FromUserName>${openid}</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>text</MsgType><Content>在吗</Content><MsgId>${id}</MsgId></xml>`;
    const query = new URLSearchParams({ signature, timestamp, nonce: "nonce" });
    const response = await fetch(`${suite.url}/in/wechat-official/oa?${query}`, { method: "POST", body });
    assert.deepEqual([response.status, await response.text()], [200, "success"]);
}

const person = async (identity) => (await suite.get(`/api/v1/profiles?identity=${encodeURIComponent(identity)}`)).items[0];
const account = async () => (await suite.get("/api/v1/enrichments")).items.find((one) => one.channel === "wechat-official");

async function until(holds) {
    for (let tries = 0; tries < 2_000; tries += 1) {
        if (await holds()) return;
        await new Promise((resolve) => setImmediate(resolve));
    }
    assert.fail("it did not come");
}

test("a push is answered at once, and the unionid follows without a tick", async () => {
    await writes("oLi", 1);
    await until(async () => (await suite.total("wechat-official", "identity.learned")) === 1);
    await until(async () => (await person("wechat_unionid:uLi")) !== undefined);
    const [follower, known] = await Promise.all([person("wechat_openid@wx1:oLi"), person("wechat_unionid:uLi")]);
    assert.equal(follower.id, known.id);
    assert.deepEqual(calls, ["/cgi-bin/stable_token", "/cgi-bin/user/info/batchget"]);
});

test("a login code of a mini-program leads to the same person", async () => {
    const body = JSON.stringify({ anonymousId: "a1", messageId: "m1", context: { wechat: { code: "c0de" } } });
    const sent = await fetch(`${suite.url}/v1/identify`, { method: "POST", headers: { authorization: `Basic ${btoa("wk:")}`, "content-type": "application/json" }, body });
    assert.equal(sent.status, 200);
    await until(async () => (await person("wechat_openid@wxmini:o-c0de")) !== undefined);
    await suite.settle();
    const [visitor, follower] = await Promise.all([person("anonymous_id@mini:a1"), person("wechat_openid@wx1:oLi")]);
    assert.equal(visitor.id, follower.id);
    const learned = await suite.get("/api/v1/touchpoints?channel=web&name=identity.learned");
    assert.ok(!JSON.stringify(learned).includes("never kept"));
});

test("a vendor that is ill costs no touchpoint; the minute of ingest asks again", async () => {
    mood = "ill";
    await writes("oWang", 2);
    await until(async () => (await account()).reason === "errcode_-1");
    assert.equal(await suite.total("wechat-official", "message.received"), 2);
    assert.equal((await account()).waiting, 1);
    mood = "well";
    // Nothing pokes: the clock of ingest alone, as the platform calls it, once the pause is over.
    const wakes = async () => {
        await runtime.scheduled("tributary-ingest", { cron: "* * * * *", scheduledTime: new Date() });
        return (await account()).waiting === 0;
    };
    assert.equal(await wakes(), false, "not before the pause is over");
    const offset_ms = (await account()).paused_until - Date.now() + 1_000;
    for (const name of ["tributary-ingest", "tributary-enrich"]) {
        const init = { method: "POST", headers: { "x-tributary-internal": runtime.internalKey }, body: JSON.stringify({ offset_ms }) };
        assert.equal((await runtime.fetch(name, "/internal/clock", init)).status, 200);
    }
    assert.equal(await wakes(), true);
    assert.equal((await account()).reason, "");
    assert.equal(await suite.total("wechat-official", "identity.learned"), 2);
});

test("a wrong secret is said, and asked again by hand once it is mended", async () => {
    const { settings } = await suite.get("/api/v1/endpoints/wechat-official/oa");
    await suite.endpoint("wechat-official", "wrong", { token: "t0ken", app_secret: "no" }, { ...settings, app_id: "wx2" });
    const before = calls.length;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHash("sha1").update([timestamp, "nonce", "t0ken"].sort().join("")).digest("hex");
    const body = `<xml><FromUserName>oX</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>event</MsgType><Event>subscribe</Event></xml>`;
    await fetch(`${suite.url}/in/wechat-official/wrong?${new URLSearchParams({ signature, timestamp, nonce: "nonce" })}`, { method: "POST", body });
    const wrong = async () => (await suite.get("/api/v1/enrichments")).items.find((one) => one.endpoint === "wrong");
    await until(async () => (await wrong())?.reason === "errcode_40125");
    assert.equal(calls.length, before + 1, "nobody was asked about without a token");
    await suite.endpoint("wechat-official", "wrong", { app_secret: "s3cret" }, { ...settings, app_id: "wx1" });
    assert.equal((await suite.api("POST", "/api/v1/enrichments/wechat-official/wrong/ask-again", undefined, suite.readonlyToken)).status, 403);
    const again = await suite.api("POST", "/api/v1/enrichments/wechat-official/wrong/ask-again");
    assert.equal(again.status, 200);
    await until(async () => (await wrong()).told === 1);
    assert.equal((await wrong()).reason, "");
});
