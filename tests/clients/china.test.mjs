// WeChat, DingTalk, Feishu and WeChat Pay, by the Python libraries that companies use: wechatpy, dingtalk-sdk,
// lark-oapi and wechatpayv3.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setUp, vendor } from "./python.mjs";
import { start } from "./running.mjs";

let suite;
before(async () => {
    await setUp();
    suite = await start();
});
after(() => suite?.stop());

const stamp = () => String(Math.floor(Date.now() / 1000));
const AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const post = (path, headers, body) => fetch(`${suite.url}/in/${path}`, { method: "POST", headers, body });

test("wechatpy seals, each try anew", async () => {
    const secrets = { token: "crmtoken", key: AES, app: "wx1234567890abcdef" };
    await suite.endpoint("wechat-official", "oa", { token: secrets.token, encoding_aes_key: AES }, { app_id: secrets.app, mode: "safe" });
    const message = `<xml><ToUserName>gh_1</ToUserName><FromUserName>oPython</FromUserName><CreateTime>${stamp()}</CreateTime><MsgType>text</MsgType><Content>多少钱？</Content><MsgId>24000000000000099</MsgId></xml>`;
    const push = async (flip = (text) => text) => {
        const timestamp = stamp();
        const sealed = await vendor("wechat", { ...secrets, message, nonce: "n1", timestamp });
        const query = new URLSearchParams({ timestamp, nonce: "n1", encrypt_type: "aes", signature: sealed.signature, msg_signature: sealed.msg_signature });
        return post(`wechat-official/oa?${query}`, { "content-type": "text/xml" }, `<xml><ToUserName>gh_1</ToUserName><Encrypt>${flip(sealed.encrypt)}</Encrypt></xml>`);
    };
    for (let tries = 0; tries < 3; tries += 1) assert.equal((await push()).status, 200);
    assert.equal(await suite.total("wechat-official", "message.received"), 1);
    assert.equal((await push((text) => (text[0] === "A" ? "B" : "A") + text.slice(1))).status, 401);
    assert.equal(await suite.total("wechat-official"), 1);
});

test("dingtalk-sdk seals, and opens our answer", async () => {
    const owner = { token: "dingtoken", key: AES, owner: "dingappkey" };
    await suite.endpoint("dingtalk", "main", { token: owner.token, aes_key: AES }, { owner_key: owner.owner });
    const push = async (event, flip = (text) => text) => {
        const sealed = await vendor("dingtalk_seal", { ...owner, message: JSON.stringify(event), nonce: "n1", timestamp: String(Date.now()) });
        const query = new URLSearchParams({ signature: sealed.msg_signature, timestamp: sealed.timeStamp, nonce: sealed.nonce });
        return post(`dingtalk/main?${query}`, { "content-type": "application/json" }, JSON.stringify({ encrypt: flip(sealed.encrypt) }));
    };
    const opened = async (response) => (await vendor("dingtalk_open", { ...owner, answer: await response.json() })).opened;
    assert.equal(await opened(await push({ EventType: "check_url" })), "success");
    const event = { EventType: "user_add_org", CorpId: "ding1", UserId: ["u1"], eventId: "e-python" };
    for (let tries = 0; tries < 3; tries += 1) assert.equal(await opened(await push(event)), "success");
    assert.equal(await suite.total("dingtalk"), 1);
    assert.equal((await push({ ...event, eventId: "e2" }, (text) => (text[0] === "A" ? "B" : "A") + text.slice(1))).status, 401);
    assert.equal(await suite.total("dingtalk"), 1);
});

test("lark-oapi takes what we take, and nothing else", async () => {
    const key = "kudryavka";
    await suite.endpoint("feishu", "main", { encrypt_key: key, verification_token: "vtoken" });
    const event = {
        schema: "2.0",
        header: { event_id: "f-python", token: "vtoken", create_time: String(Date.now()), event_type: "im.message.receive_v1", tenant_key: "t1", app_id: "cli_1" },
        event: { sender: { sender_id: { open_id: "ou_1", union_id: "on_1" }, sender_type: "user" }, message: { message_id: "om_1", message_type: "text", content: '{"text":"你好"}' } },
    };
    for (let tries = 0; tries < 3; tries += 1) {
        const sealed = await vendor("feishu", { key, token: "vtoken", event, timestamp: stamp(), nonce: "n1" });
        assert.deepEqual([sealed.taken, sealed.seen], [[true, false], 1]);
        const headers = { "content-type": "application/json", ...sealed.headers };
        assert.equal((await post("feishu/main", headers, sealed.body)).status, 200);
        assert.equal((await post("feishu/main", headers, sealed.tampered)).status, 401);
    }
    assert.equal(await suite.total("feishu", "message.received"), 1);
    assert.equal(await suite.total("feishu"), 1);
});

test("wechatpayv3 signs, and its verifier agrees", async () => {
    const key = "0123456789abcdef0123456789abcdef";
    const payment = { out_trade_no: "PY1", appid: "wx1", payer: { openid: "oPython" }, amount: { total: 100, currency: "CNY" } };
    const signed = await vendor("wechat_pay", { key, payment, timestamp: stamp() });
    assert.deepEqual([signed.verified, signed.opened], [[true, false], true]);
    await suite.endpoint("wechat-pay", "main", { api_v3_key: key, platform_key: signed.public });
    const headers = { "content-type": "application/json", ...signed.headers };
    for (let tries = 0; tries < 3; tries += 1) assert.equal((await post("wechat-pay/main", headers, signed.body)).status, 200);
    assert.equal(await suite.total("wechat-pay", "order.paid"), 1);
    assert.equal((await post("wechat-pay/main", headers, signed.tampered)).status, 401);
    assert.equal(await suite.total("wechat-pay"), 1);
});
