// An empty installation, from the first page to the first event; and what the console shows of a
// touchpoint that could not be processed. The suite runs in this process, so that its database can be
// reached: nothing that comes in by the doors makes a dead letter.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Suite } from "../workerd/suite/suite.mjs";
import { Running } from "../clients/running.mjs";
import { launch, screenshot, signedIn } from "./browser.mjs";

const data = mkdtempSync(join(tmpdir(), "tributary-"));
const KEY = "wk_first_site";
let suite;
let api;
let browser;
let page;

before(async () => {
    suite = await Suite.start({ port: 0, data, cron: false, vars: [] });
    api = new Running(undefined, suite, data);
    browser = await launch();
    page = await signedIn(browser, api, { viewport: { width: 1440, height: 900 } });
});
after(async () => {
    await browser?.close();
    await suite?.stop();
    rmSync(data, { recursive: true, force: true });
});

const track = (event, more = {}) =>
    fetch(`${suite.url}/v1/track`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Basic ${Buffer.from(`${KEY}:`).toString("base64")}` },
        body: JSON.stringify({ event, userId: "u1", messageId: `m-${event}`, ...more }),
    });

test("an empty installation says what to do first, and sees the first event arrive", async () => {
    await page.getByText("还没有客户").waitFor();
    await page.getByRole("link", { name: "查看起步步骤" }).click();
    await page.getByText("0 / 5").waitFor();
    await page.getByText("正在等待第一条消息").waitFor();
    await screenshot(page, "empty-setup-zh-light-1440");
    // Every page of an empty installation stands.
    for (const path of ["/leads", "/tasks", "/journeys", "/messages", "/channels", "/inventory", "/dead-letters", "/system", "/audit", "/api-keys"]) {
        await page.goto(suite.url + path);
        await page.getByRole("heading", { level: 1 }).waitFor();
        await page.locator(".ant-skeleton").first().waitFor({ state: "detached" });
        assert.equal(await page.locator(".ant-alert-error").count(), 0, path);
    }
    await page.goto(`${suite.url}/channels`);
    await page.getByRole("button", { name: "添加渠道" }).click();
    await page.getByLabel("渠道", { exact: true }).click();
    await page.keyboard.type("网站");
    await page.locator(".ant-select-item-option", { hasText: "网站" }).click();
    await page.getByLabel("标识").fill("site");
    await page.locator("input[type=password]").first().fill(KEY);
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("heading", { level: 1, name: /site/ }).waitFor();
    await page.goto(`${suite.url}/setup`);
    await page.getByText("正在等待第一条消息").waitFor();
    assert.equal((await track("Signed Up", { context: { traits: { name: "赵敏", phone: "13900139000" } } })).status, 200);
    await page.getByText("第一条消息已到达").waitFor();
    await page.getByText("1 / 5").waitFor();
});

test("what a person does while one looks appears by itself", async () => {
    await api.settle();
    const { items } = await api.get("/api/v1/profiles");
    await page.goto(`${suite.url}/profiles/${items[0].id}`);
    await page.getByRole("tab", { name: "时间线" }).waitFor();
    assert.equal(await page.getByText("Whistled").count(), 0);
    await track("Whistled");
    await api.settle();
    await page.getByText("Whistled").first().waitFor();
});

test("what could not be processed says why, and is tried again", async () => {
    const { items } = await api.get("/api/v1/touchpoints?name=Whistled");
    const db = await suite.database();
    await db.prepare(
        `INSERT INTO dead_letters (id, consumer, seq, touchpoint, code, detail, state, attempts, at)
         VALUES ('dlt_1', 'lead-assign', ?1, ?2, 'panicked', 'index out of bounds', 'dead', 3, ?3)`,
    ).bind(items[0].seq, items[0].id, Date.now()).run();
    await page.goto(`${suite.url}/system`);
    await page.getByText("有 1 条数据无法处理").waitFor();
    await page.getByRole("link", { name: "查看原因" }).click();
    await page.getByText("index out of bounds").waitFor();
    await screenshot(page, "dead-letter-zh-light-1440");
    await page.getByRole("link", { name: "查看原始内容" }).click();
    await page.getByRole("heading", { level: 1, name: "Whistled" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "重试" }).click();
    await page.getByText("等待重试").or(page.getByText("已处理")).first().waitFor();
    await api.settle();
    await page.getByText("已处理").waitFor();
    assert.deepEqual(page.complaints, []);
});
