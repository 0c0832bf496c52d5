// Vendors' own libraries sign, or say whether a signature is genuine; the running suite says the same.

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { after, before, test } from "node:test";
import * as line from "@line/bot-sdk";
import sendgrid from "@sendgrid/eventwebhook";
import "@shopify/shopify-api/adapters/node";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import { CloudEvent, HTTP } from "cloudevents";
import { Webhook } from "svix";
import { getExpectedTwilioSignature, validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { start } from "./running.mjs";

let suite;
before(async () => {
    suite = await start();
});
after(() => suite?.stop());

const seconds = () => Math.floor(Date.now() / 1000);
const json = { "content-type": "application/json" };
const post = async (path, headers, body) => (await fetch(`${suite.url}/in/${path}`, { method: "POST", headers, body })).status;

/** `request(body, sent)` gives headers signed for `body`; three deliveries are one touchpoint, a tampered one none. */
async function once({ path, name, headers, body, tampered, accepted = 200 }) {
    const channel = path.split("/")[0];
    const signed = await headers(body);
    for (let delivery = 0; delivery < 3; delivery += 1) assert.equal(await post(path, signed, body), accepted);
    assert.equal(await suite.total(channel, name), 1);
    const all = await suite.total(channel);
    assert.notEqual(body, tampered);
    assert.equal(await post(path, signed, tampered), 401);
    assert.equal(await suite.total(channel), all);
}

test("twilio signs", async () => {
    const token = "12345678901234567890123456789012";
    const url = `${suite.url}/in/twilio/main`;
    await suite.endpoint("twilio", "main", { auth_token: token }, { public_url: url });
    const text = { MessageSid: "SM1", SmsSid: "SM1", AccountSid: "AC1", From: "+8613800138001", To: "+15017122661", Body: "还有货吗？" };
    const signature = getExpectedTwilioSignature(token, url, text);
    assert.ok(validateRequest(token, signature, url, text));
    const form = (fields) => new URLSearchParams(fields).toString();
    const headers = () => ({ "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature });
    await once({ path: "twilio/main", name: "message.received", headers, body: form(text), tampered: form({ ...text, Body: "不要了" }) });
    const state = { MessageSid: "SM2", MessageStatus: "delivered", To: "+8613800138001", From: "+15017122661" };
    const of = getExpectedTwilioSignature(token, `${url}/status`, state);
    assert.equal(await post("twilio/main/status", { ...headers(), "x-twilio-signature": of }, form(state)), 204);
    assert.equal(await suite.total("twilio", "message.delivered"), 1);
    const call = { CallSid: "CA1", CallStatus: "completed", Direction: "inbound", From: "+8613800138001", To: "+15017122661", CallDuration: "63" };
    assert.equal(await post("twilio/main", { ...headers(), "x-twilio-signature": getExpectedTwilioSignature(token, url, call) }, form(call)), 200);
    await suite.settle();
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13800138001");
    assert.equal(items[0].touchpoint_count, 3);
});

test("shopify-api agrees", async () => {
    const secret = "hush-hush";
    await suite.endpoint("shopify", "main", { webhook_secret: secret });
    const shopify = shopifyApi({ apiKey: "key", apiSecretKey: secret, hostName: "crm.example", apiVersion: ApiVersion.January26 ?? Object.values(ApiVersion).at(-1), isEmbeddedApp: false });
    const id = randomUUID();
    const headers = (body) => ({
        ...json,
        "x-shopify-topic": "orders/paid",
        "x-shopify-shop-domain": "tea.myshopify.com",
        "x-shopify-api-version": "2026-01",
        "x-shopify-webhook-id": id,
        "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    });
    const body = JSON.stringify({ id: 820982911946154, email: "tea@example.com", currency: "CNY", total_price: "403.00", financial_status: "paid" });
    const tampered = body.replace("403.00", "1.00");
    const says = async (sent) => (await shopify.webhooks.validate({ rawBody: sent, rawRequest: { method: "POST", url: "/", headers: headers(body) }, rawResponse: {} })).valid;
    assert.deepEqual([await says(body), await says(tampered)], [true, false]);
    await once({ path: "shopify/main", name: "order.paid", headers, body, tampered });
});

test("sendgrid's verifier agrees", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const key = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    await suite.endpoint("sendgrid", "main", { verification_key: key });
    const verifier = new sendgrid.EventWebhook();
    const stamp = String(seconds());
    const signed = (body) => sign("sha256", Buffer.from(stamp + body), privateKey).toString("base64");
    // As it really comes: with a line break at the end, which counts.
    const body = `${JSON.stringify([{ email: "grid@example.com", event: "open", sg_event_id: "g1", timestamp: seconds() }])}\r\n`;
    const tampered = body.trim();
    const says = (sent) => verifier.verifySignature(verifier.convertPublicKeyToECDSA(key), sent, signed(body), stamp);
    assert.deepEqual([says(body), says(tampered)], [true, false]);
    const headers = (of) => ({ ...json, "x-twilio-email-event-webhook-timestamp": stamp, "x-twilio-email-event-webhook-signature": signed(of) });
    await once({ path: "sendgrid/main", name: "message.opened", headers, body, tampered });
});

test("line's verifier agrees", async () => {
    const secret = "8c570fa6dd201bb328f1c1eac23a96d8";
    await suite.endpoint("line", "main", { channel_secret: secret }, { provider: "prov" });
    const event = { type: "follow", mode: "active", timestamp: Date.now(), webhookEventId: "01L", deliveryContext: { isRedelivery: false }, source: { type: "user", userId: "U4af4980629" } };
    const body = JSON.stringify({ destination: "U1", events: [event] });
    const tampered = body.replace("follow", "unfollow");
    const signature = createHmac("sha256", secret).update(body).digest("base64");
    assert.deepEqual([body, tampered].map((sent) => line.validateSignature(sent, secret, signature)), [true, false]);
    await once({ path: "line/main", name: "account.followed", headers: () => ({ ...json, "x-line-signature": signature }), body, tampered });
});

test("svix signs", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    await suite.endpoint("standard-webhooks", "svix", { signing_secret: secret });
    const body = JSON.stringify({ type: "order.paid", timestamp: new Date().toISOString(), data: { order_id: "s1", phone: "13800138002" } });
    const headers = (of) => {
        const at = new Date();
        return { ...json, "svix-id": "msg_1", "svix-timestamp": String(Math.floor(at / 1000)), "svix-signature": new Webhook(secret).sign("msg_1", at, of) };
    };
    const channel = "standard-webhooks";
    const signed = headers(body);
    const answers = await Promise.all([1, 2, 3].map(() => post(`${channel}/svix`, signed, body)));
    assert.ok(answers.every((status) => status < 300), String(answers));
    assert.equal(await suite.total(channel, "order.paid"), 1);
    assert.equal(await post(`${channel}/svix`, signed, body.replace("s1", "s2")), 401);
    assert.equal(await suite.total(channel), 1);
});

test("cloudevents sends, structured, in headers and in a batch", async () => {
    const token = "s3cr3t-token";
    await suite.endpoint("cloudevents", "main", { access_token: token });
    const event = (id) => new CloudEvent({ id, source: "/erp", type: "order.paid", time: new Date().toISOString(), data: { order_id: id, phone: "13800138003" } });
    const send = (message, bearer = token) => post("cloudevents/main", { ...message.headers, authorization: `Bearer ${bearer}` }, message.body);
    for (let delivery = 0; delivery < 3; delivery += 1) {
        assert.equal(await send(HTTP.structured(event("c1"))), 204);
        assert.equal(await send(HTTP.binary(event("c2"))), 204);
    }
    const batch = { headers: { "content-type": "application/cloudevents-batch+json" }, body: JSON.stringify([event("c2"), event("c3")]) };
    assert.equal(await send(batch), 204);
    assert.equal(await suite.total("cloudevents", "order.paid"), 3);
    assert.equal(await send(HTTP.structured(event("c4")), "other"), 401);
    assert.equal(await suite.total("cloudevents"), 3);
});
