// Our own doors in the running suite: codes, forms, a mapping with its quarantine, and that no door of a
// channel ever sends anybody elsewhere.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { start } from "./running.mjs";

let suite;
before(async () => {
    suite = await start();
});
after(() => suite?.stop());

const PHONE = { "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50" };
const open = (path, init = {}) => fetch(`${suite.url}${path}`, { redirect: "manual", ...init, headers: { ...PHONE, ...init.headers } });
const put = async (path, body) => {
    const { status, body: answer } = await suite.api("PUT", path, body);
    assert.ok([200, 201].includes(status), JSON.stringify(answer));
    return answer;
};

test("a scanned code leads on and is one visitor with the site's tracker", async () => {
    await suite.endpoint("web", "shop", { write_key: "wk-shop" });
    const { url } = await put("/api/v1/codes/box", { target: "https://shop.example/kettle", campaign: "box-2026", site: "shop" });
    assert.equal(url, `${suite.url}/q/box`);
    const scan = await open("/q/box");
    assert.equal(scan.status, 302);
    const place = new URL(scan.headers.get("location"));
    assert.equal(place.origin + place.pathname, "https://shop.example/kettle");
    const visitor = place.searchParams.get("ajs_aid");
    const cookie = scan.headers.get("set-cookie").split(";")[0];
    assert.equal(cookie, `tributary_visitor=${visitor}`);
    // What the page's tracker then sends.
    const page = { type: "page", anonymousId: visitor, messageId: "p1", writeKey: "wk-shop" };
    assert.equal((await open("/v1/page", { method: "POST", body: JSON.stringify(page) })).status, 200);
    await suite.settle();
    const { items } = await suite.get(`/api/v1/profiles?identity=anonymous_id@shop:${visitor}`);
    assert.equal(items[0].touchpoint_count, 2);
});

test("a form filled in by a browser becomes a person", async () => {
    const words = (zh, en) => ({ zh, en });
    await put("/api/v1/forms/demo", {
        title: words("预约演示", "Book a demo"),
        fields: [{ name: "phone", kind: "phone", label: words("手机", "Phone"), required: true }],
        consent: { text: words("同意接收短信", "I agree to text messages"), media: ["sms"] },
    });
    const page = await open("/f/demo");
    const html = await page.text();
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
    assert.match(html, /预约演示/);
    const token = html.match(/name="_token" value="([^"]+)"/)[1];
    const send = () => open("/f/demo", { method: "POST", headers: { cookie: page.headers.get("set-cookie").split(";")[0] }, body: new URLSearchParams({ _token: token, phone: "139 0013 9000", _consent: "on" }) });
    assert.equal((await send()).status, 422, "faster than people are");
    assert.equal((await suite.api("POST", "/dev/advance", { by_seconds: 5 })).status, 200);
    assert.deepEqual([(await send()).status, (await send()).status], [200, 200]);
    assert.equal(await suite.total("form", "form.submitted"), 1);
    await suite.settle();
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13900139000");
    assert.equal(items[0].consents[0].medium, "sms");
});

test("a till posts before its mapping exists, and nothing is lost", async () => {
    const settings = { authentication: "hmac-sha256" };
    await put("/api/v1/endpoints/webhook/till", { secrets: { secret: "till-key" }, settings });
    const body = JSON.stringify({ no: "B1", tel: "13700137000", sum: "19.90" });
    const signature = createHmac("sha256", "till-key").update(body).digest("base64");
    const post = (sent = body) => open("/in/webhook/till", { method: "POST", headers: { "x-signature": signature }, body: sent });
    const kept = await post();
    assert.equal(kept.status, 202);
    const { quarantined } = await kept.json();
    assert.equal((await post(body.replace("19.90", "1.00"))).status, 401);
    assert.equal((await suite.get(`/api/v1/quarantine/${quarantined}`)).request.body, body);

    const mapping = { touchpoints: [{ name: "order.paid", id: ["no"], identifiers: [{ kind: "phone", path: "tel" }], properties: { order_id: "no", total_minor: { path: "sum", as: "minor_units" } } }] };
    const preview = await suite.api("POST", "/api/v1/mappings/preview", { mapping, sample: body, endpoint: "till" });
    assert.deepEqual(preview.body.touchpoints[0].identifiers, ["phone:+8613700137000"]);
    await put("/api/v1/endpoints/webhook/till", { settings: { ...settings, mapping: JSON.stringify(mapping) } });
    const replay = await suite.api("POST", `/api/v1/quarantine/${quarantined}/replay`);
    assert.deepEqual([replay.status, replay.body.new], [200, 1], JSON.stringify(replay.body));
    assert.equal((await post()).status, 200);
    assert.equal(await suite.total("webhook", "order.paid"), 1);
    const till = await suite.get("/api/v1/endpoints/webhook/till");
    assert.equal(till.delivered, 1);
    assert.ok(till.counts.quarantined.count >= 1, JSON.stringify(till.counts));
});

test("no door of a channel sends anybody elsewhere", async () => {
    const { items } = await suite.get("/api/v1/channels");
    const receiving = items.filter((item) => item.receives).map((item) => item.id);
    assert.ok(receiving.length >= 30);
    for (const id of receiving) {
        for (const method of ["GET", "POST", "HEAD", "OPTIONS", "PUT"]) {
            for (const path of [`/in/${id}`, `/in/${id}/`, `/in/${id}/none`, `/in/${id}/none/`, `/in//${id}/none`]) {
                const { status } = await open(path, { method });
                assert.ok(status < 300 || status >= 400, `${method} ${path}: ${status}`);
            }
        }
    }
});
