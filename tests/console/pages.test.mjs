// Every page in both languages, light and dark, at three widths: nothing overflows, nothing is
// inaccessible, nothing breaks. Screenshots are left in target/screenshots to be looked at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AXE, drawn, launch, screenshot, settled, signedIn, startWithDemo } from "./browser.mjs";
import { everyPage } from "./every-page.mjs";

const WIDTHS = [390, 768, 1440];

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

for (const language of ["zh", "en"]) {
    test(`pages in ${language}`, async () => {
        const page = await signedIn(browser, suite, { locale: language === "zh" ? "zh-CN" : "en-US", reducedMotion: "reduce" });
        const wrong = [];
        for (const [name, path] of Object.entries(pages)) {
            await page.goto(suite.url + path);
            await settled(page);
            if (path !== "/no-such-page") await page.getByRole("combobox", { name: /手机号|Phone/ }).waitFor();
            // Past the page's own policy, which lets no foreign script in.
            await page.evaluate(AXE);
            for (const theme of ["light", "dark"]) {
                await page.emulateMedia({ colorScheme: theme });
                await page.waitForFunction((theme) => document.documentElement.style.colorScheme === theme, theme);
                for (const width of WIDTHS) {
                    await page.setViewportSize({ width, height: 900 });
                    await drawn(page);
                    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                    if (over > 0) wrong.push(`${name}, ${theme} at ${width}: ${over} px too wide`);
                    // One look of each: a picture takes longer than all that is checked here.
                    const isKept = width !== 768 && (language === "zh") === (theme === "light");
                    if (isKept) await screenshot(page, `${name}-${language}-${theme}-${width}`);
                }
                const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
                for (const { id, impact, nodes } of violations) {
                    if (impact !== "serious" && impact !== "critical") continue;
                    wrong.push(`${name}, ${theme}: ${id} (${impact}) ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
                }
            }
        }
        assert.deepEqual(page.complaints, []);
        assert.deepEqual(wrong, []);
        await page.context().close();
    });
}

/** The navigation, and the kind of thing each page is about. */
const NAVIGATION = [
    ["客户", "/", "profiles"],
    ["线索", "/leads", "leads"],
    ["待办", "/tasks", "tasks"],
    ["旅程", "/journeys", "journeys"],
    ["消息", "/messages", "messages"],
    ["渠道", "/channels", "channels"],
    ["二维码与表单", "/doors", "doors"],
    ["数据来源", "/inventory", "channels"],
    ["待识别数据", "/quarantine", "dead_letters"],
    ["处理失败的数据", "/dead-letters", "dead_letters"],
    ["快速起步", "/setup", "setup"],
    ["系统状态", "/system", "system"],
    ["用户与角色", "/staff", "users"],
    ["API 密钥", "/api-keys", "api_keys"],
    ["审计日志", "/audit", "audit"],
];
const REFUSED = "您的角色没有这个权限";

test("each role sees the pages it may, and is refused the rest", async () => {
    const { items: roles } = await suite.get("/api/v1/roles");
    assert.equal(roles.length, 6);
    for (const { role, rights, personal_data: clear } of roles) {
        const id = role.replace("_", "-");
        const page = await signedIn(browser, suite, { id: `as-${id}`, role, viewport: { width: 1440, height: 900 } });
        await page.getByRole("navigation").waitFor();
        const links = await page.getByRole("navigation").getByRole("link").allTextContents();
        const may = NAVIGATION.filter(([, , object]) => rights[object] !== "none");
        assert.deepEqual(links, may.map(([name]) => name), role);
        for (const [name, path, object] of NAVIGATION) {
            await page.goto(suite.url + path);
            await page.getByRole("navigation").waitFor();
            await page.locator(".ant-skeleton").first().waitFor({ state: "detached" });
            const refused = page.getByText(REFUSED).first();
            if (rights[object] === "none") await refused.waitFor();
            else assert.equal(await refused.count(), 0, `${role} on ${name}`);
        }
        if (rights.profiles !== "none") {
            await page.goto(suite.url + pages.customer);
            await page.getByRole("tab").first().waitFor();
            assert.equal((await page.content()).includes("13800138000"), clear, `${role}: the phone number`);
        }
        assert.deepEqual(page.complaints, [], role);
        await page.context().close();
    }
});

test("what lies behind tabs and buttons is accessible too", async () => {
    const page = await signedIn(browser, suite, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const wrong = [];
    const behind = async (name, path, open) => {
        await page.goto(suite.url + path);
        await open();
        await page.locator(".ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
        await screenshot(page, `${name}-zh-light-1440`);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
        for (const { id, impact, nodes } of violations) {
            if (impact === "serious" || impact === "critical") wrong.push(`${name}: ${id} ${nodes[0].html.slice(0, 160)}`);
        }
    };
    const tab = (name) => () => page.getByRole("tab", { name }).click();
    const button = (name) => () => page.getByRole("button", { name, exact: true }).click();
    for (const name of ["身份图谱", "消息", "线索", "待办"]) await behind(`customer-${name}`, pages.customer, tab(name));
    await behind("roles", "/staff", tab("角色权限"));
    await behind("teams", "/staff", tab("团队"));
    await behind("new-user", "/staff", async () => {
        await button("添加用户")();
        await page.getByRole("dialog").getByLabel("姓名").waitFor();
    });
    await behind("new-key", "/api-keys", button("新建密钥"));
    await behind("new-channel", "/channels", button("添加渠道"));
    await behind("reject", pages.lead, async () => {
        await button("退回市场")();
        await page.getByRole("dialog").getByLabel("原因").waitFor();
    });
    await behind("new-code", "/doors", button("添加二维码"));
    await behind("new-form", "/doors", button("添加表单"));
    await behind("board", "/leads", () => page.getByText("看板", { exact: true }).click());
    assert.deepEqual(wrong, []);
    await page.context().close();
});
