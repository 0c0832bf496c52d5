// What somebody new does on the first day, without a manual.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { launch, signedIn, startWithDemo } from "./browser.mjs";

let suite;
let browser;
let page;

before(async () => {
    suite = await startWithDemo();
    browser = await launch();
    page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 } });
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

test("finds a person by phone number, from the keyboard", async () => {
    await page.getByRole("combobox").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("138 0013 8000");
    await page.getByRole("option", { name: /李娜/ }).or(page.locator(".ant-select-item-option", { hasText: "李娜" })).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "李娜" }).waitFor();
});

test("sees why two records are one, cuts an edge, undoes it", async () => {
    await page.getByRole("tab", { name: "身份图谱" }).click();
    await page.getByRole("img", { name: /身份图谱/ }).waitFor();
    await page.getByText(/依据：/).first().waitFor();
    const rows = page.locator("li", { hasText: "手机号" }).filter({ hasText: "同一个人" });
    await rows.first().getByRole("button", { name: /切\s*断/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/切断后/).waitFor();
    await dialog.getByLabel("原因（可选）").fill("测试");
    await dialog.getByRole("button", { name: /切\s*断/ }).click();
    await page.getByText("已切断，身份已分开。").waitFor();
    await page.getByRole("button", { name: /恢\s*复/ }).first().waitFor();
    await page.getByRole("button", { name: /撤\s*销/ }).click();
    await page.getByRole("button", { name: /恢\s*复/ }).waitFor({ state: "detached" });
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13800138000");
    assert.equal(items[0].traits.name, "李娜");
});

test("opens the cart-recovery message and reads why it was sent", async () => {
    await page.getByRole("tab", { name: "消息" }).click();
    await page.getByRole("link").filter({ hasText: /购物车|cart/i }).first().click();
    await page.getByRole("heading", { name: "为什么发出或没有发出" }).waitFor();
    await page.getByText("检查通过，可以发送").waitFor();
    await page.getByRole("link", { name: "购物车挽回" }).waitFor();
});

test("adds a Shopify endpoint and watches an event arrive", async () => {
    await page.getByRole("link", { name: "渠道" }).click();
    await page.getByRole("button", { name: "添加渠道" }).click();
    await page.getByLabel("渠道", { exact: true }).click();
    await page.keyboard.type("Shopify");
    await page.keyboard.press("Enter");
    await page.getByLabel("标识").fill("new-shop");
    await page.getByLabel("应用密钥（Client secret）").fill("shhh");
    await page.getByRole("button", { name: /保\s*存/ }).click();
    await page.getByText(/正在等待第一条消息/).waitFor();
    const url = await page.getByLabel("回调地址").inputValue();
    assert.equal(url, `${suite.url}/in/shopify/new-shop`);
    assert.ok(!(await page.content()).includes("shhh"), "a secret is never shown again");

    const body = JSON.stringify({ id: 1, email: "new@example.com", total_price: "12.00", currency: "CNY" });
    const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
            "content-type": "application/json",
            "x-shopify-topic": "orders/paid",
            "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
            "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
            "x-shopify-shop-domain": "new-shop.myshopify.com",
            "x-shopify-triggered-at": new Date().toISOString(),
            "x-shopify-hmac-sha256": createHmac("sha256", "shhh").update(body).digest("base64"),
        },
    });
    assert.equal(response.status, 200);
    await page.getByText(/已收到 1 条/).waitFor();
    assert.deepEqual(page.complaints, []);
});

test("signs out, and the address leads to nothing any more", async () => {
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.waitForURL(/sign-in/);
    await page.goto(`${suite.url}/messages`);
    await page.waitForURL(/sign-in\?return_to/);
});
