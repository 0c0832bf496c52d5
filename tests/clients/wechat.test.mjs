// WeChat's message encryption by a library that nobody here wrote.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import WXBizMsgCrypt from "wechat-crypto";
import { start } from "./running.mjs";

const TOKEN = "crmtoken";
const KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP = "wx1234567890abcdef";
let suite;
let crypt;

before(async () => {
    suite = await start();
    crypt = new WXBizMsgCrypt(TOKEN, KEY, APP);
    await suite.endpoint(
        "wechat-official",
        "oa",
        { token: TOKEN, encoding_aes_key: KEY },
        { app_id: APP, mode: "safe" },
    );
});
after(() => suite?.stop());

const sha1 = (...parts) => createHash("sha1").update(parts.sort().join("")).digest("hex");
const now = () => String(Math.floor(Date.now() / 1000));

function message(id, text) {
    return `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oOpenId1]]></FromUserName>` +
        `<CreateTime>${now()}</CreateTime><MsgType><![CDATA[text]]></MsgType>` +
        `<Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId></xml>`;
}

function push(plain, change = (encrypted) => encrypted) {
    const encrypted = crypt.encrypt(plain);
    const timestamp = now();
    const query = new URLSearchParams({
        timestamp,
        nonce: "n1",
        signature: sha1(TOKEN, timestamp, "n1"),
        encrypt_type: "aes",
        msg_signature: crypt.getSignature(timestamp, "n1", encrypted),
        openid: "oOpenId1",
    });
    return fetch(`${suite.url}/in/wechat-official/oa?${query}`, {
        method: "POST",
        headers: { "content-type": "text/xml" },
        body: `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${change(encrypted)}]]></Encrypt></xml>`,
    });
}

test("the handshake echoes", async () => {
    const timestamp = now();
    const query = new URLSearchParams({ signature: sha1(TOKEN, timestamp, "n1"), timestamp, nonce: "n1", echostr: "42" });
    const answer = await fetch(`${suite.url}/in/wechat-official/oa?${query}`);
    assert.deepEqual([answer.status, await answer.text()], [200, "42"]);
    query.set("signature", sha1("other", timestamp, "n1"));
    assert.equal((await fetch(`${suite.url}/in/wechat-official/oa?${query}`)).status, 401);
});

test("an encrypted message is kept once, though every retry is encrypted anew", async () => {
    const id = "24000000000000001";
    for (let retry = 0; retry < 3; retry += 1) {
        const answer = await push(message(id, "水壶多少钱？"));
        assert.deepEqual([answer.status, await answer.text()], [200, "success"]);
    }
    const { items, total } = await suite.get("/api/v1/touchpoints?channel=wechat-official");
    assert.equal(total, 1);
    assert.equal(items[0].name, "message.received");
    await suite.settle();
    const { items: people } = await suite.get("/api/v1/profiles?identity=wechat_openid:oOpenId1");
    assert.equal(people.length, 1);
});

test("tampered and plain messages are refused in safe mode", async () => {
    const flip = (encrypted) => (encrypted[0] === "A" ? "B" : "A") + encrypted.slice(1);
    assert.equal((await push(message("2", "x"), flip)).status, 401);
    const timestamp = now();
    const query = new URLSearchParams({ signature: sha1(TOKEN, timestamp, "n1"), timestamp, nonce: "n1" });
    const plain = await fetch(`${suite.url}/in/wechat-official/oa?${query}`, { method: "POST", body: message("3", "x") });
    assert.equal(plain.status, 401);
    assert.equal(await suite.total("wechat-official"), 1);
});
