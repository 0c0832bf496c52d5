// Segment's own server SDK against the collector.

import { Analytics } from "@segment/analytics-node";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./running.mjs";

let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "site", { write_key: "wk_sdk" });
});
after(() => suite?.stop());

function sdk(writeKey) {
    return new Analytics({ writeKey, host: suite.url, flushAt: 20, maxRetries: 0 });
}

test("what the SDK sends becomes one profile with its traits", async () => {
    const analytics = sdk("wk_sdk");
    analytics.identify({ userId: "u1", anonymousId: "b1", traits: { email: "Li.Na@Example.com", phone: "138 0013 8000" } });
    analytics.track({ userId: "u1", event: "Order Completed", properties: { order_id: "o1", total: 12.5 } });
    analytics.page({ anonymousId: "b1", name: "Pricing", properties: { url: "https://shop.example/pricing" } });
    analytics.group({ userId: "u1", groupId: "g1", traits: { name: "Acme" } });
    await analytics.closeAndFlush();
    await suite.settle();

    assert.equal(await suite.total("web"), 4);
    const { items } = await suite.get("/api/v1/profiles?identity=phone:%2B8613800138000");
    assert.equal(items.length, 1);
    assert.equal(items[0].traits.email, "Li.Na@Example.com");
    assert.deepEqual(
        items[0].identities.map((one) => one.kind).sort(),
        ["anonymous_id", "email", "phone", "user_id"],
    );
    assert.equal((await suite.get("/api/v1/profiles?identity=user_id:u1")).items[0].id, items[0].id);
});

test("a wrong write key stores nothing", async () => {
    const before = await suite.total("web");
    const analytics = sdk("wk_other");
    analytics.on("error", () => {});
    analytics.track({ userId: "u1", event: "Forged" });
    await analytics.closeAndFlush();
    assert.equal(await suite.total("web"), before);
    assert.equal(await suite.total("web", "Forged"), 0);
});
