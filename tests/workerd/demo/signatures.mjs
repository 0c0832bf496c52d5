// The vendors' signatures and WeChat's encryption, from their documents.

import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";

export function shopifyMac(secret, body) {
    return createHmac("sha256", secret).update(body).digest("base64");
}

/** Standard Webhooks 1.0.0: over `id.timestamp.body`. */
export function webhookSignature(secret, id, timestamp, body) {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

export function wechatSignature(...parts) {
    return createHash("sha1").update(parts.sort().join("")).digest("hex");
}

/** Random, length, message, app id; padded to blocks of 32; AES-256-CBC. */
export function wechatEncrypt(encodingKey, app, message) {
    const key = Buffer.from(`${encodingKey}=`, "base64");
    const text = Buffer.from(message);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    const content = Buffer.concat([randomBytes(16), length, text, Buffer.from(app)]);
    const missing = 32 - (content.length % 32);
    const padded = Buffer.concat([content, Buffer.alloc(missing, missing)]);
    const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([cipher.update(padded), cipher.final()]).toString("base64");
}
