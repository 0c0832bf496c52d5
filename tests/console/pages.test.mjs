// Every page in both languages, light and dark, at three widths: nothing overflows, nothing is
// inaccessible, nothing breaks. Screenshots are left in target/screenshots to be looked at.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AXE, launch, screenshot, signedIn, startWithDemo } from "./browser.mjs";

const WIDTHS = [390, 768, 1440];

let suite;
let browser;
let pages;

before(async () => {
    suite = await startWithDemo();
    browser = await launch();
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13800138000");
    const messages = await suite.get(`/api/v1/messages?profile=${items[0].id}`);
    pages = {
        customers: "/",
        customer: `/profiles/${items[0].id}`,
        messages: "/messages",
        message: `/messages/${messages.items[0].id}`,
        channels: "/channels",
        leads: "/leads",
        tasks: "/tasks",
        journeys: "/journeys",
        journey: "/journeys/cart-recovery",
        inventory: "/inventory",
        touchpoints: "/touchpoints?channel=web&name=Product%20Viewed",
        "dead-letters": "/dead-letters",
        system: "/system",
        staff: "/staff",
        "api-keys": "/api-keys",
        audit: "/audit",
        setup: "/setup",
        nothing: "/no-such-page",
    };
    const leads = await suite.get("/api/v1/leads?limit=1");
    pages.lead = `/leads/${leads.items[0].id}`;
    const touchpoints = await suite.get("/api/v1/touchpoints?channel=web&limit=1");
    pages.touchpoint = `/touchpoints/${touchpoints.items[0].id}`;
    const endpoints = await suite.get("/api/v1/endpoints");
    const { channel, id } = endpoints.items[0];
    pages.endpoint = `/channels/${channel}/${id}`;
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

for (const language of ["zh", "en"]) {
    for (const theme of ["light", "dark"]) {
        test(`pages in ${language}, ${theme}`, async () => {
            const page = await signedIn(browser, suite, {
                locale: language === "zh" ? "zh-CN" : "en-US",
                colorScheme: theme,
                reducedMotion: "reduce",
            });
            const wrong = [];
            for (const [name, path] of Object.entries(pages)) {
                for (const width of WIDTHS) {
                    await page.setViewportSize({ width, height: 900 });
                    await page.goto(suite.url + path);
                    await page.locator("h1").first().waitFor();
                    await page.locator(".ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
                    if (path !== "/no-such-page") await page.getByRole("combobox", { name: /手机号|Phone/ }).waitFor();
                    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                    if (over > 0) wrong.push(`${name} at ${width}: ${over} px too wide`);
                    if (width !== 768) await screenshot(page, `${name}-${language}-${theme}-${width}`);
                }
                // Past the page's own policy, which lets no foreign script in.
                await page.evaluate(AXE);
                const { violations } = await page.evaluate(() => globalThis.axe.run());
                for (const { id, impact, nodes } of violations) {
                    if (impact !== "serious" && impact !== "critical") continue;
                    wrong.push(`${name}: ${id} (${impact}) ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}`);
                }
            }
            assert.deepEqual(page.complaints, []);
            assert.deepEqual(wrong, []);
            await page.context().close();
        });
    }
}

test("each role sees the pages it may, and is refused the rest", async () => {
    for (const [role, seen, unseen] of [
        ["sales", ["客户", "消息"], ["渠道"]],
        ["marketing", ["客户", "消息", "渠道"], []],
    ]) {
        const page = await signedIn(browser, suite, { id: role, role, viewport: { width: 1440, height: 900 } });
        const navigation = page.getByRole("navigation");
        for (const name of seen) await navigation.getByRole("link", { name, exact: true }).waitFor();
        for (const name of unseen) assert.equal(await navigation.getByRole("link", { name, exact: true }).count(), 0, `${role} ${name}`);
        if (unseen.includes("渠道")) {
            await page.goto(`${suite.url}/channels`);
            await page.getByText("您的角色没有这个权限").first().waitFor();
        }
        if (role === "marketing") {
            await page.goto(suite.url + pages.customer);
            await page.getByText("****").first().waitFor();
            assert.ok(!(await page.content()).includes("13800138000"));
        }
        await page.context().close();
    }
});
