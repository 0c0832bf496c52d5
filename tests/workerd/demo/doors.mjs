// The public doors: how a delivery of each channel is addressed, signed and sent.

import { ENDPOINTS, SHOP } from "./company.mjs";
import { shopifyMac, webhookSignature, wechatEncrypt, wechatSignature } from "./signatures.mjs";

/** Events a request of the collector; it takes 2,500. */
const BATCH = 200;
/** Requests at a time: enough to keep two cores busy. */
const PARALLEL = 6;

/** Sends deliveries, oldest first; `progress` is told after each request how many went. */
export async function deliver(client, deliveries, progress = () => {}) {
    const sorted = deliveries.toSorted((a, b) => a.at - b.at);
    const requests = [...batches(client, sorted.filter(({ door }) => door === "web"))];
    // Signed when sent, not before: a signature is good for five minutes of the suite's clock.
    for (const one of sorted) if (one.door !== "web") requests.push(() => ({ count: 1, ...DOORS[one.door](client, one) }));
    let next = 0;
    const worker = async () => {
        while (next < requests.length) {
            const { path, init, count } = requests[next++]();
            const { status, text } = await client.send(path, init);
            if (status >= 300) throw new Error(`POST ${path.split("?")[0]}: ${status} ${text}`);
            progress(count);
        }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
}

function* batches(client, deliveries) {
    const authorization = `Basic ${btoa(`${ENDPOINTS.web.secrets.write_key}:`)}`;
    for (let from = 0; from < deliveries.length; from += BATCH) {
        const batch = deliveries.slice(from, from + BATCH).map(({ event }) => event);
        const headers = { authorization, "content-type": "application/json" };
        yield () => ({ path: "/v1/batch", count: batch.length, init: { method: "POST", headers, body: JSON.stringify({ batch }) } });
    }
}

const DOORS = {
    wechat(client, { openid, fields }) {
        const { id, secrets, settings } = ENDPOINTS.wechat;
        const timestamp = String(Math.floor(client.now() / 1_000));
        const tags = { ToUserName: "gh_demo", ...fields };
        const plain = Object.entries(tags).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join("");
        const encrypted = wechatEncrypt(secrets.encoding_aes_key, settings.app_id, `<xml>${plain}</xml>`);
        const nonce = "demo";
        const query = new URLSearchParams({
            signature: wechatSignature(secrets.token, timestamp, nonce),
            timestamp,
            nonce,
            openid,
            encrypt_type: "aes",
            msg_signature: wechatSignature(secrets.token, timestamp, nonce, encrypted),
        });
        const body = `<xml><ToUserName><![CDATA[gh_demo]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
        return { path: `/in/wechat-official/${id}?${query}`, init: { method: "POST", headers: { "content-type": "text/xml" }, body } };
    },

    shopify(client, { id: delivery, topic, body }) {
        const { id, secrets } = ENDPOINTS.shopify;
        const text = JSON.stringify(body);
        const headers = {
            "content-type": "application/json",
            "x-shopify-topic": topic,
            "x-shopify-shop-domain": SHOP,
            "x-shopify-api-version": "2026-01",
            "x-shopify-webhook-id": delivery,
            "x-shopify-triggered-at": body.updated_at,
            "x-shopify-hmac-sha256": shopifyMac(secrets.webhook_secret, text),
        };
        return { path: `/in/shopify/${id}`, init: { method: "POST", headers, body: text } };
    },

    pos: (client, delivery) => webhook(client, ENDPOINTS.pos, delivery),
    expo: (client, delivery) => webhook(client, ENDPOINTS.expo, delivery),
};

function webhook(client, { id, secrets }, { id: delivery, body }) {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(client.now() / 1_000));
    const headers = {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": timestamp,
        "webhook-signature": webhookSignature(secrets.signing_secret, delivery, timestamp, text),
    };
    return { path: `/in/standard-webhooks/${id}`, init: { method: "POST", headers, body: text } };
}
