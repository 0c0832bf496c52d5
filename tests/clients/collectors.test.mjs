// The collector with the SDKs that companies have in their pages and servers: each event is kept once under
// the name of the vocabulary, and a wrong write key leaves nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jitsuAnalytics } from "@jitsu/js";
import Rudder from "@rudderstack/rudder-sdk-node";
import { JSDOM } from "jsdom";
import { PostHog } from "posthog-node";
import { start } from "./running.mjs";

const KEY = "wk_collectors";
/** Jitsu's keys have two parts. */
const JITSU = "jk:secret";
const QUIET = { flushAt: 20, flushInterval: 60_000 };
let suite;
before(async () => {
    suite = await start();
    await suite.endpoint("web", "site", { write_key: KEY });
    await suite.endpoint("web", "jitsu", { write_key: JITSU });
});
after(() => suite?.stop());

/** How many of each name have come since. */
async function since(before) {
    const names = ["$identify", "order.paid", "page.viewed", "cart.updated"];
    const now = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await suite.total("web", name)])));
    return Object.fromEntries(names.map((name) => [name, now[name] - (before?.[name] ?? 0)]));
}

async function profile(identity) {
    await suite.settle();
    const { items } = await suite.get(`/api/v1/profiles?identity=${encodeURIComponent(identity)}`);
    return items[0];
}

/** Loaded once: what it needs of a browser is there when it is imported, and no more. */
async function browser() {
    const page = new JSDOM("<!doctype html><title>拼</title>", { url: "https://shop.example/p?utm_source=wx", pretendToBeVisual: true });
    const { window } = page;
    for (const name of ["window", "document", "localStorage", "location"]) {
        Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true, writable: true });
    }
    Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
    window.fetch = (url, init) => fetch(url, { ...init, headers: { ...init?.headers, origin: "https://shop.example" } });
    const { AnalyticsBrowser } = await import("@segment/analytics-next");
    return (writeKey) => {
        const settings = { apiKey: writeKey, apiHost: `${suite.url.replace("http://", "")}/v1`, protocol: "http" };
        const cdnSettings = { metrics: { sampleRate: 0 }, integrations: { "Segment.io": settings } };
        return AnalyticsBrowser.load({ writeKey, cdnSettings }, { integrations: { "Segment.io": settings } });
    };
}

test("analytics-next in a page", async () => {
    const load = await browser();
    const start = await since();
    const analytics = load(KEY);
    const sent = await Promise.all([
        analytics.page("Home"),
        analytics.identify("next-1", { email: "next@example.com" }),
        analytics.track("Product Added", { product_id: "p1", price: 19 }),
    ]);
    assert.equal(sent.length, 3);
    await until(async () => (await since(start))["cart.updated"] === 1);
    assert.deepEqual(await since(start), { $identify: 1, "order.paid": 0, "page.viewed": 1, "cart.updated": 1 });
    const person = await profile("email:next@example.com");
    assert.ok(person.identities.some((one) => one.kind === "anonymous_id"), "the page and the person are one");
    // The same event once more, as after a lost answer.
    const [{ id }] = (await suite.get("/api/v1/touchpoints?channel=web&name=cart.updated")).items;
    const event = sent[2].event;
    const again = await fetch(`${suite.url}/v1/t`, { method: "POST", headers: { "content-type": "text/plain" }, body: JSON.stringify({ ...event, writeKey: KEY }) });
    assert.equal(again.status, 200);
    const { items, total } = await suite.get("/api/v1/touchpoints?channel=web&name=cart.updated");
    assert.deepEqual([total, items[0].id], [1, id]);
});

/** What a browser's SDK sends in its own time. */
async function until(holds) {
    for (let tries = 0; tries < 200; tries += 1) {
        if (await holds()) return;
        await new Promise((resolve) => setImmediate(resolve));
    }
}

test("rudder-sdk-node", async () => {
    const start = await since();
    const analytics = new Rudder(KEY, { dataPlaneUrl: suite.url, ...QUIET });
    analytics.identify({ userId: "rudder-1", traits: { email: "rudder@example.com" } });
    analytics.track({ userId: "rudder-1", event: "Order Completed", properties: { order_id: "r1", total: 12.5 } });
    analytics.page({ userId: "rudder-1", name: "Home" });
    await new Promise((resolve, reject) => analytics.flush((error) => (error ? reject(error) : resolve())));
    assert.deepEqual(await since(start), { $identify: 1, "order.paid": 1, "page.viewed": 1, "cart.updated": 0 });
    assert.equal((await profile("email:rudder@example.com")).lifecycle, "customer");
});

test("@jitsu/js on a server", async () => {
    const start = await since();
    const jitsu = jitsuAnalytics({ host: suite.url, writeKey: JITSU, s2s: true, fetch });
    await jitsu.identify("jitsu-1", { email: "jitsu@example.com" });
    await jitsu.track("Order Completed", { order_id: "j1" });
    await jitsu.page({ name: "Home" });
    const expected = { $identify: 1, "order.paid": 1, "page.viewed": 1, "cart.updated": 0 };
    await until(async () => JSON.stringify(await since(start)) === JSON.stringify(expected));
    assert.deepEqual(await since(start), expected);
    assert.equal((await profile("email:jitsu@example.com")).lifecycle, "customer");
});

test("posthog-node", async () => {
    const start = await since();
    const posthog = new PostHog(KEY, { host: suite.url, ...QUIET, disableGeoip: true });
    posthog.identify({ distinctId: "hog-1", properties: { email: "hog@example.com" } });
    posthog.capture({ distinctId: "hog-1", event: "Order Completed", properties: { order_id: "h1" } });
    await posthog.shutdown();
    const found = await since(start);
    assert.deepEqual([found.$identify, found["order.paid"]], [1, 1]);
    assert.equal((await profile("email:hog@example.com")).lifecycle, "customer");
});

test("a wrong write key leaves nothing, whoever sends it", async () => {
    const before = await suite.total("web");
    const rudder = new Rudder("wrong", { dataPlaneUrl: suite.url, ...QUIET, errorHandler: () => {} });
    rudder.track({ userId: "x", event: "Order Completed" });
    await new Promise((resolve) => rudder.flush(resolve)).catch(() => {});
    const posthog = new PostHog("wrong", { host: suite.url, ...QUIET, fetchRetryCount: 0 });
    posthog.capture({ distinctId: "x", event: "Order Completed" });
    await posthog.shutdown().catch(() => {});
    const jitsu = jitsuAnalytics({ host: suite.url, writeKey: "wrong:key", s2s: true, fetch });
    await Promise.resolve(jitsu.track("Order Completed")).catch(() => {});
    assert.equal(await suite.total("web"), before);
});
