// Webhooks signed by the vendors' own libraries (or the most used one), over HTTP into the running
// suite: genuine ones are kept once, however often they come; tampered ones not at all.

import assert from "node:assert/strict";
import { createCipheriv, generateKeyPairSync, sign } from "node:crypto";
import { after, before, test } from "node:test";
import { sign as signForMeta } from "@octokit/webhooks-methods";
import { encrypt, getSignature } from "@wecom/crypto";
import Stripe from "stripe";
import { start } from "./running.mjs";

let suite;
before(async () => {
    suite = await start();
});
after(() => suite?.stop());

const post = (path, headers, body) => fetch(`${suite.url}/in/${path}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
const seconds = () => Math.floor(Date.now() / 1000);

/** Three genuine deliveries of one event, one tampered with on the way: one event in the log. */
async function onceAndNever(channel, name, send, body, tampered) {
    const answers = await Promise.all([send(body), send(body), send(body)]);
    assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200]);
    assert.equal(await suite.total(channel, name), 1);
    const before = await suite.total(channel);
    assert.notEqual(body, tampered);
    assert.equal((await send(body, tampered)).status, 401);
    assert.equal(await suite.total(channel), before);
}

test("stripe", async () => {
    const secret = "whsec_5cXoWkkgT1Pu1bzYIDpGyRbBYlTgGBFQ";
    await suite.endpoint("stripe", "main", { signing_secret: secret });
    const { webhooks } = new Stripe("sk_test_nobody");
    const send = (payload, sent = payload) =>
        post("stripe/main", { "stripe-signature": webhooks.generateTestHeaderString({ payload, secret }) }, sent);
    const object = { id: "cs_1", object: "checkout.session", amount_total: 19900, currency: "cny", customer: "cus_1", customer_details: { email: "stripe@example.com" } };
    const body = JSON.stringify({ id: "evt_1", object: "event", created: seconds(), type: "checkout.session.completed", data: { object } });
    await onceAndNever("stripe", "order.paid", send, body, body.replace("19900", "1"));
    await suite.settle();
    const { items } = await suite.get("/api/v1/profiles?identity=email:stripe@example.com");
    assert.equal(items[0].lifecycle, "customer");
});

test("whatsapp, by a library of the same scheme", async () => {
    const secret = "5b2c1f7a9d3e4c608f1a2b3c4d5e6f70";
    await suite.endpoint("meta", "main", { app_secret: secret, verify_token: "hook-me" });
    const hello = await fetch(`${suite.url}/in/meta/main?hub.mode=subscribe&hub.verify_token=hook-me&hub.challenge=77`);
    assert.deepEqual([hello.status, await hello.text()], [200, "77"]);
    assert.equal((await fetch(`${suite.url}/in/meta/main?hub.mode=subscribe&hub.verify_token=other&hub.challenge=77`)).status, 403);
    const send = async (payload, sent = payload) => post("meta/main", { "x-hub-signature-256": await signForMeta(secret, payload) }, sent);
    const message = { from: "8613800138000", id: "wamid.1", timestamp: String(seconds()), type: "text", text: { body: "还有货吗？" } };
    const value = { metadata: { phone_number_id: "1" }, contacts: [{ wa_id: "8613800138000", profile: { name: "李娜" } }], messages: [message] };
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [{ id: "2", changes: [{ field: "messages", value }] }] });
    await onceAndNever("meta", "message.received", send, body, body.replace("还有货吗", "不要了"));
    await suite.settle();
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13800138000");
    assert.equal(items.length, 1);
});

test("wecom", async () => {
    const [token, key, corp] = ["QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"];
    await suite.endpoint("wecom", "main", { token, encoding_aes_key: key }, { corp_id: corp });
    const query = (sealed, more = {}) => {
        const timestamp = String(seconds());
        return new URLSearchParams({ msg_signature: getSignature(token, timestamp, "n1", sealed), timestamp, nonce: "n1", ...more });
    };
    const echo = encrypt(key, "1616140317555161061", corp);
    const hello = await fetch(`${suite.url}/in/wecom/main?${query(echo, { echostr: echo })}`);
    assert.deepEqual([hello.status, await hello.text()], [200, "1616140317555161061"]);
    const at = seconds();
    const event = (state) => `<xml><ToUserName>${corp}</ToUserName><FromUserName>sys</FromUserName><CreateTime>${at}</CreateTime><MsgType>event</MsgType>` +
        `<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>zhangsan</UserID><ExternalUserID>wmABC</ExternalUserID><State>${state}</State></xml>`;
    // Each try is encrypted anew: other bytes, the same event.
    const send = (plain, sent = plain) => {
        const sealed = encrypt(key, plain, corp);
        const carried = plain === sent ? sealed : encrypt(key, sent, corp);
        return fetch(`${suite.url}/in/wecom/main?${query(sealed)}`, { method: "POST", body: `<xml><ToUserName>${corp}</ToUserName><Encrypt>${carried}</Encrypt></xml>` });
    };
    await onceAndNever("wecom", "account.followed", send, event("expo-2026"), event("other"));
});

/** No vendor ships a signer of these: the runtime's own check is held against node's cryptography. */
test("signatures by public key: an elliptic curve as SendGrid's", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await suite.endpoint("sendgrid", "main", { verification_key: publicKey.export({ type: "spki", format: "der" }).toString("base64") });
    const send = (payload, sent = payload) => {
        const timestamp = String(seconds());
        const signature = sign("sha256", Buffer.from(timestamp + payload), privateKey).toString("base64");
        return post("sendgrid/main", { "x-twilio-email-event-webhook-timestamp": timestamp, "x-twilio-email-event-webhook-signature": signature }, sent);
    };
    const body = JSON.stringify([{ email: "ec@example.com", event: "delivered", sg_event_id: "e1", timestamp: seconds() }]);
    await onceAndNever("sendgrid", "message.delivered", send, body, body.replace("ec@", "no@"));
});

test("signatures by public key: RSA as WeChat Pay's, and the payment within is sealed", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = "0123456789abcdef0123456789abcdef";
    await suite.endpoint("wechat-pay", "main", { api_v3_key: key, platform_key: publicKey.export({ type: "spki", format: "pem" }) });
    const paid = { out_trade_no: "T9", appid: "wx1", payer: { openid: "oRsa" }, amount: { total: 100, currency: "CNY" } };
    const cipher = createCipheriv("aes-256-gcm", key, "abcdefghijkl").setAAD(Buffer.from("transaction"));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(paid)), cipher.final(), cipher.getAuthTag()]).toString("base64");
    const body = JSON.stringify({ id: "EV-9", event_type: "TRANSACTION.SUCCESS", summary: "paid", resource: { ciphertext: sealed, nonce: "abcdefghijkl", associated_data: "transaction" } });
    const send = (payload, sent = payload) => {
        const timestamp = String(seconds());
        const signature = sign("sha256", Buffer.from(`${timestamp}\nn1\n${payload}\n`), privateKey).toString("base64");
        return post("wechat-pay/main", { "wechatpay-timestamp": timestamp, "wechatpay-nonce": "n1", "wechatpay-signature": signature }, sent);
    };
    await onceAndNever("wechat-pay", "order.paid", send, body, body.replace('"paid"', '"PAID"'));
});
