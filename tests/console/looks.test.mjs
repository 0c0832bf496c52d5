// What a page shows and where it leads: codes that cameras read, tabs and filters in the address, ways to reach a
// person, orders with their sums, what is new and what is not.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, signedIn, startWithDemo } from "./browser.mjs";
import { everyPage } from "./every-page.mjs";

let suite;
let browser;
let pages;
before(async () => {
    suite = await startWithDemo();
    browser = await launch();
    pages = await everyPage(suite);
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

const desk = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };

for (const colorScheme of ["light", "dark"]) {
    test(`a code is black on white with a white margin, ${colorScheme}`, async () => {
        const page = await signedIn(browser, suite, { ...desk, colorScheme });
        await page.goto(`${suite.url}/doors`);
        const svg = page.locator(".qr svg").first();
        await svg.waitFor();
        const { fills, size, dark } = await svg.evaluate((element) => ({
            fills: [...element.querySelectorAll("path")].map((path) => path.getAttribute("fill")?.toLowerCase()),
            size: Number(element.getAttribute("viewBox").split(" ")[2]),
            dark: element.querySelectorAll("path")[1].getAttribute("d"),
        }));
        assert.deepEqual(fills, ["#ffffff", "#000000"]);
        // Four modules of quiet on each side: the first dark one begins at 4.
        const [, x, y] = /M\s?(\d+)[ ,](\d+)/.exec(dark);
        assert.deepEqual([Number(x), Number(y)], [4, 4]);
        assert.ok(size >= 21 + 8, `${size} modules`);
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: /PNG/ }).first().click();
        const file = await download;
        assert.equal(file.suggestedFilename(), "box.png");
        const png = readFileSync(await file.path());
        assert.equal(png.subarray(1, 4).toString(), "PNG");
        assert.equal(png.readUInt32BE(16), 1024, "large enough to print");
        await page.context().close();
    });
}

test("a code's salesperson is chosen, and a code can be switched off", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(`${suite.url}/doors`);
    await page.getByRole("button", { name: "添加二维码" }).click();
    await page.getByLabel("标识").fill("expo");
    await page.getByLabel("跳转到（https://）").fill("https://shop.example/expo");
    await page.getByLabel("所属销售").click();
    await page.locator(".ant-select-item-option", { hasText: "Wang Yan" }).click();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText(`${suite.url}/q/expo`).waitFor();
    const saved = await suite.get("/api/v1/codes/expo");
    assert.equal(saved.definition.rep, "wang-yan");
    const row = page.locator("li", { hasText: "/q/expo" });
    await row.getByRole("button", { name: "停用" }).click();
    await row.getByText("已停用").waitFor();
    assert.equal((await suite.get("/api/v1/codes/expo")).definition.enabled, false);
    await page.context().close();
});

test("tabs and filters are in the address, and Back returns to them", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(suite.url + pages.customer);
    await page.getByRole("tab", { name: "消息" }).click();
    await page.waitForURL(/\?tab=messages$/);
    await page.locator("[role=tabpanel]").getByRole("link").first().click();
    await page.waitForURL(/\/messages\/msg_/);
    await page.goBack();
    await page.getByRole("tab", { name: "消息", selected: true }).waitFor();
    await page.goto(`${suite.url}${pages.customer}?tab=identity`);
    await page.getByRole("img", { name: /身份图谱/ }).waitFor();
    await page.goto(`${suite.url}/leads`);
    await page.getByText("已接受", { exact: true }).first().click();
    await page.waitForURL(/state=accepted/);
    await page.reload();
    assert.ok(await page.getByRole("radio", { name: "已接受" }).isChecked());
    await page.context().close();
});

test("signing in leads back to the page with its query", async () => {
    const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await page.goto(`${suite.url}${pages.customer}?tab=orders`);
    await page.waitForURL(/sign-in/);
    assert.equal(new URL(page.url()).searchParams.get("return_to"), `${pages.customer}?tab=orders`);
    await page.context().close();
});

test("a person and a lead can be called and written to", async () => {
    const page = await signedIn(browser, suite, desk);
    for (const path of [pages.customer, pages.lead]) {
        await page.goto(suite.url + path);
        const contacts = page.getByRole("list", { name: "联系方式" });
        await contacts.waitFor();
        assert.match(await contacts.getByRole("link", { name: /^拨打/ }).first().getAttribute("href"), /^tel:\+?\d{8,}$/, path);
        assert.match(await contacts.getByRole("link", { name: /^写邮件/ }).first().getAttribute("href"), /^mailto:\S+@\S+$/, path);
    }
    // Where numbers are masked, nothing is dialled.
    const masked = await signedIn(browser, suite, { ...desk, id: "mia", role: "marketing" });
    await masked.goto(suite.url + pages.customer);
    await masked.getByRole("list", { name: "联系方式" }).waitFor();
    assert.equal(await masked.locator('a[href^="tel:"], a[href^="mailto:"]').count(), 0);
    await masked.getByText("138 **** 8000").first().waitFor();
    await masked.context().close();
    await page.context().close();
});

test("one number looks like one number, wherever it stands", async () => {
    const page = await signedIn(browser, suite, desk);
    for (const path of [pages.customer, `${pages.customer}?tab=identity`]) {
        await page.goto(suite.url + path);
        await page.getByText("138 0013 8000").first().waitFor();
        const text = await page.locator("body").innerText();
        assert.ok(!/\+?86\s?138|13800138000/.test(text), path);
    }
    await page.context().close();
});

test("orders stand with sum, lines and state, newest first", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(`${suite.url}${pages.customer}?tab=orders`);
    const rows = page.locator("[role=tabpanel] .list > li");
    await rows.first().waitFor();
    const texts = await rows.allInnerTexts();
    assert.equal(texts.length, 2);
    assert.match(texts[0], /¥266\.00[\s\S]*对杯 ×1、茶叶罐 ×1[\s\S]*已支付/);
    assert.match(texts[1], /¥328\.00[\s\S]*雨过天青茶壶 ×1[\s\S]*Shopify[\s\S]*#1001[\s\S]*已支付/);
    await page.getByText("累计 ¥594.00 · 2 笔订单").first().waitFor();
    await page.context().close();
});

test("the timeline is filtered by words, several at once, and older entries are not new", async () => {
    const page = await signedIn(browser, suite, { ...desk, reducedMotion: "no-preference" });
    await page.goto(suite.url + pages.customer);
    const entries = page.locator("[role=tabpanel] .list > li");
    await entries.first().waitFor();
    assert.equal(await entries.filter({ hasText: "进入旅程" }).count(), 0, "system events are off");
    await page.getByRole("switch").click();
    await entries.filter({ hasText: "进入旅程" }).first().waitFor();
    await page.getByRole("button", { name: "加载更多" }).click();
    await page.waitForFunction(() => document.querySelectorAll("[role=tabpanel] .list > li").length > 30);
    assert.equal(await page.locator(".fresh").count(), 0, "what was loaded later is not new");
    await page.getByRole("combobox", { name: "按事件筛选" }).click();
    await page.keyboard.type("支付订单");
    await page.locator(".ant-select-item-option", { hasText: "支付订单" }).first().click();
    await page.getByRole("combobox", { name: "按事件筛选" }).fill("收到消息");
    await page.locator(".ant-select-item-option", { hasText: "收到消息" }).first().click();
    await page.waitForFunction(() => document.querySelectorAll("[role=tabpanel] .list > li").length === 4);
    assert.equal(await page.locator(".fresh").count(), 0, "another part is not new either");
    await page.context().close();
});

test("to-dos stand under overdue, today and later", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(`${suite.url}/tasks`);
    await page.locator("main .list > li").first().waitFor();
    const headings = await page.locator("main h2").allInnerTexts();
    const order = ["已逾期", "今天", "以后", "没有截止时间"];
    assert.ok(headings.length > 0 && headings.every((one) => order.includes(one)), headings.join());
    assert.deepEqual(headings, [...headings].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    await page.context().close();
});

test("what arrives and is not recognised leads to a mapping", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(suite.url + pages.mapping);
    await page.getByText("收到 1 条，格式未识别").waitFor();
    assert.equal(await page.getByText("正在等待第一条消息").count(), 0);
    await page.getByRole("button", { name: "用这条样本写映射" }).click();
    assert.equal(await page.getByLabel("样本", { exact: true }).inputValue(), '{"no": "B1"}');
    await page.context().close();
});

test("times are the company's, wherever one sits", async () => {
    const page = await signedIn(browser, suite, { ...desk, timezoneId: "America/New_York" });
    await page.goto(suite.url + pages.customer);
    await page.locator("main time").first().hover();
    await page.getByRole("tooltip").filter({ hasText: "中国标准时间" }).first().waitFor();
    await page.context().close();
});

test("a notice to staff leads to the lead", async () => {
    const page = await signedIn(browser, suite, desk);
    await page.goto(`${suite.url}/messages`);
    await page.locator("main .list > li").first().waitFor();
    assert.equal(await page.getByText("新线索：李娜").count(), 0, "not among what customers got");
    await page.getByText("系统通知", { exact: true }).click();
    await page.getByRole("link", { name: /新线索：李娜/ }).click();
    await page.getByText("系统通知").first().waitFor();
    await page.locator("pre.payload").getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "李娜" }).waitFor();
    await page.context().close();
});
