// No name that a machine gave on a Chinese page: every page of the demo company is walked, with what lies behind
// tabs, forms and lists.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, settled, signedIn, startWithDemo } from "./browser.mjs";
import { everyView } from "./every-page.mjs";
import { machineNames } from "./machine-names.mjs";

let suite;
let browser;
let views;

before(async () => {
    suite = await startWithDemo();
    browser = await launch();
    views = await everyView(suite);
    // Beside what the demo holds: refused requests, a key, an administrator's doings.
    await fetch(`${suite.url}/in/webhook/till`, { method: "POST", headers: { authorization: "Bearer wrong" }, body: "{}" });
    await suite.api("POST", "/api/v1/api-keys", { name: "报表", scopes: ["profiles:view", "leads:edit", "personal_data:view"] });
    await suite.api("PUT", "/api/v1/teams/east", { name: "华东" });
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

test("the walk finds what it looks for, and lets pass what is no machine's name", async () => {
    const page = await browser.newPage();
    const on = async (html) => {
        await page.setContent(html);
        return machineNames(page);
    };
    for (const wrong of [
        "$lead.sales_ready",
        "来自 wechat-official",
        "order.paid",
        "member_level：金卡",
        "sent",
        "orderId",
        '["办公采购","老客户"]',
        "profiles/prf_1/unmerge",
        "unknown field 'total_minor'",
    ]) {
        assert.notDeepEqual(await on(`<p>${wrong}</p>`), [], wrong);
    }
    assert.notDeepEqual(await on(`<button aria-label="dead_letters">×</button>`), [], "in a label");
    assert.notDeepEqual(await on(`<input placeholder="cart.updated">`), [], "in a placeholder");
    for (const right of [
        "支付订单 · 微信公众号",
        "App 推送、Webhook、Shopify",
        "<code>order.paid</code>",
        "<pre>{&quot;order_id&quot;: 1}</pre>",
        "li.na@example.com · https://shop.example/a-b_c?d=e.f",
        "138 0013 8000 · ¥1,234.50 · 2026-11-29 · 3.5 MB",
        "gold",
    ]) {
        assert.deepEqual(await on(`<p>${right}</p>`), [], right);
    }
    await page.close();
});

test("every page of the demo company speaks Chinese", async () => {
    const page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const wrong = [];
    for (const [name, path] of Object.entries(views)) {
        await page.goto(suite.url + path);
        await settled(page);
        for (const found of await machineNames(page)) wrong.push(`${name}: ${found}`);
    }
    assert.ok(Object.keys(views).length > 60, "the walk has somewhere to go");
    assert.deepEqual(wrong, []);
    await page.context().close();
});

test("what opens on a click speaks Chinese too", async () => {
    const page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const wrong = [];
    const look = async (name, path, open) => {
        await page.goto(suite.url + path);
        await settled(page);
        await open();
        await page.waitForTimeout(300);
        for (const found of await machineNames(page)) wrong.push(`${name}: ${found}`);
    };
    const button = (name) => page.getByRole("button", { name, exact: true }).first().click();
    const list = (name) => page.getByRole("combobox", { name }).first().click();
    await look("channels to choose", views.customer, () => list("按渠道筛选"));
    await look("events to choose", `${views.customer}?own=true`, () => list("按事件筛选"));
    await look("where a value comes from", views.customer, () => page.locator(".why").first().click());
    await look("a new channel", "/channels", async () => {
        await button("添加渠道");
        await page.getByLabel("渠道", { exact: true }).click();
    });
    await look("a new code", "/doors", async () => {
        await button("添加二维码");
        await page.getByLabel("所属销售").click();
    });
    await look("a new key", "/api-keys", () => button("新建密钥"));
    await look("a new user", "/staff", () => button("添加用户"));
    await look("a link to cut", `${views.customer}?tab=identity`, () => button("切断"));
    await look("a lead to hand over", views.lead, () => button("转交"));
    await look("a wrong mapping", views.mapping, async () => {
        await page.getByLabel("映射", { exact: true }).fill('{"touchpoints": [{"nam": "order.paid"}]}');
        await page.getByLabel("样本", { exact: true }).fill('{"no": 1}');
        await button("试一下");
        await page.locator(".ant-alert-error").waitFor();
    });
    await look("what was found", "/", async () => {
        await page.getByRole("combobox").first().fill("13800138000");
        await page.getByRole("option").first().waitFor();
    });
    assert.deepEqual(wrong, []);
    await page.context().close();
});
