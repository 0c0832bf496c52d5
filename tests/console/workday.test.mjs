// What somebody does every day: a salesperson with the keyboard alone, an administrator behind.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, signedIn, startWithDemo } from "./browser.mjs";

let suite;
let browser;

before(async () => {
    suite = await startWithDemo();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

/** Tab until what has the focus is called so; everything on the way must be seen to have it. */
async function tabTo(page, name, most = 80) {
    for (let presses = 0; presses < most; presses += 1) {
        await page.keyboard.press("Tab");
        const focused = await page.evaluate(() => {
            const element = document.activeElement;
            const style = getComputedStyle(element);
            // A choice is drawn by its label, a field by the frame around it.
            const around = element.closest("label, .ant-select, .ant-input-affix-wrapper") ?? element;
            const wrapper = getComputedStyle(around);
            const box = around.getBoundingClientRect();
            const marked = [style, wrapper].some((one) => one.outlineStyle !== "none" || one.boxShadow !== "none");
            const text = (element.getAttribute("aria-label") ?? element.innerText ?? "").trim();
            return { text, name: element.tagName, visible: box.width > 0 && box.height > 0, marked };
        });
        assert.ok(focused.visible, `${focused.name} ${focused.text} has the focus and cannot be seen`);
        assert.ok(focused.marked || focused.name === "INPUT" || focused.name === "BODY", `${focused.name} ${focused.text} does not show that it has the focus`);
        if (focused.text === name) return;
    }
    assert.fail(`${name} is not reached by ${most} tabs`);
}

test("a salesperson takes a lead and does the to-do without a mouse", async () => {
    await suite.api("PUT", "/api/v1/teams/east", { name: "华东" });
    const as = { name: "王妍", team: "east", rep: "wang-yan" };
    const page = await signedIn(browser, suite, { id: "wang.yan", role: "sales", as, viewport: { width: 1440, height: 900 } });
    await page.getByRole("combobox").waitFor();
    // The first thing to reach leads past the navigation.
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.reload();
    await page.getByRole("combobox").waitFor();

    await tabTo(page, "线索");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "线索" }).waitFor();
    // Own leads and nobody else's.
    await page.getByRole("link", { name: "李娜" }).waitFor();
    assert.equal(await page.locator("main .list > li").count(), 1);
    await tabTo(page, "李娜");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "李娜" }).waitFor();
    for (const answered of ["从哪里来", "看过什么", "问过什么", "收到过哪些邮件", "分群与标签", "为什么分给这位负责人"]) {
        await page.getByRole("heading", { level: 2, name: answered }).waitFor();
    }
    await tabTo(page, "接受");
    await page.keyboard.press("Enter");
    await page.locator("main").getByText("已接受").first().waitFor();

    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    await page.goto(`${suite.url}/tasks`);
    await page.getByText("跟进新线索").first().waitFor();
    await tabTo(page, "完成");
    await page.keyboard.press("Enter");
    await page.getByText("没有待办").waitFor();
    const { items } = await suite.get("/api/v1/tasks?owner=wang-yan");
    assert.deepEqual(items.map((task) => task.state), ["done"]);
    const leads = await suite.get("/api/v1/leads?owner=wang-yan");
    assert.deepEqual(leads.items.map((lead) => lead.state), ["accepted"]);
    assert.deepEqual(page.complaints, []);
});

test("a manager hands a lead over with a reason, and sees why it has its owner", async () => {
    const page = await signedIn(browser, suite, { id: "manager", role: "manager", viewport: { width: 1440, height: 900 } });
    const { items } = await suite.get("/api/v1/leads?state=sales_ready&owner=emma-clarke");
    await page.goto(`${suite.url}/leads/${items[0].id}`);
    await page.getByRole("button", { name: "转交" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("转交给").click();
    await page.locator(".ant-select-item-option", { hasText: "Wang Yan" }).click();
    await dialog.getByLabel("原因").fill("熟悉这位客户");
    await dialog.getByRole("button", { name: "转交" }).click();
    await page.getByText("人工转交：熟悉这位客户").waitFor();
    const lead = await suite.get(`/api/v1/leads/${items[0].id}`);
    assert.equal(lead.owner, "wang-yan");
});

test("an administrator adds a colleague, makes a key that works once shown, and finds both in the log", async () => {
    const page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 } });
    await page.goto(`${suite.url}/staff`);
    await page.getByRole("button", { name: "添加用户" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("姓名").fill("陈晨");
    await dialog.getByLabel("邮箱").fill("chen.chen@example.com");
    await dialog.getByRole("button", { name: "保存" }).click();
    await page.getByText("chen.chen@example.com").waitFor();

    await page.goto(`${suite.url}/api-keys`);
    await page.getByRole("button", { name: "新建密钥" }).click();
    await page.getByLabel("用途").fill("报表");
    await page.getByRole("radiogroup").first().getByText("查看").click();
    await page.getByRole("button", { name: "保存" }).click();
    const key = await page.getByLabel("API 密钥", { exact: true }).inputValue();
    const ask = (path) => fetch(suite.url + path, { headers: { authorization: `Bearer ${key}` } });
    const scopes = (await suite.get("/api/v1/api-keys")).items[0].scopes;
    assert.equal(scopes.length, 1);
    const [object] = scopes[0].split(":");
    assert.equal((await ask(`/api/v1/${object.replace("_", "-")}`)).status, 200);
    assert.equal((await ask("/api/v1/users")).status, 403);
    await page.reload();
    await page.getByText("报表").waitFor();
    assert.ok(!(await page.content()).includes(key), "a key is shown once");
    await page.getByRole("button", { name: "吊销" }).click();
    await page.getByRole("tooltip").or(page.locator(".ant-popover")).getByRole("button", { name: "吊销" }).click();
    await page.getByText("已吊销").waitFor();
    assert.equal((await ask(`/api/v1/${object.replace("_", "-")}`)).status, 401);

    await page.goto(`${suite.url}/audit`);
    await page.getByText("chen.chen", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "校验" }).click();
    await page.getByText(/条记录完好/).waitFor();
});

test("the first steps know by themselves what is done", async () => {
    const page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 } });
    await page.goto(`${suite.url}/setup`);
    await page.getByText("1 / 5").waitFor();
    await page.getByText("购物车挽回").click();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("2 / 5").waitFor();
    // What is ticked is ticked before the server has heard of it; a second tick does not lose the first.
    let sent;
    const gate = new Promise((resolve) => { sent = resolve; });
    await page.route("**/api/v1/setup", async (route) => {
        if (route.request().method() === "PUT") await gate;
        await route.continue();
    });
    await page.getByRole("checkbox", { name: "Shopify" }).check();
    await page.getByRole("checkbox", { name: "Stripe" }).check();
    assert.ok(await page.getByRole("checkbox", { name: "Shopify" }).isChecked());
    sent();
    await page.getByText("3 / 5").waitFor();
    await page.reload();
    await page.getByText("3 / 5").waitFor();
    for (const name of ["Shopify", "Stripe"]) assert.ok(await page.getByRole("checkbox", { name }).isChecked(), name);
    await page.getByLabel("选一个团队试点").click();
    await page.locator(".ant-select-item-option", { hasText: "华东" }).click();
    await page.getByText("4 / 5").waitFor();
    await page.getByText("我们每周查看数据").click();
    await page.getByText("五步都已完成").waitFor();
});
