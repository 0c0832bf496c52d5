// A till is connected without code, in the console: a request that nobody can read yet, a mapping written from
// it, tried, kept, and the request taken after all. And a code and a form of one's own.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { start } from "../clients/running.mjs";
import { launch, signedIn } from "./browser.mjs";

let suite;
let browser;
before(async () => {
    suite = await start();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await suite?.stop();
});

const BILL = JSON.stringify({ no: "B1", tel: "13800138000", sum: "19.90" });
const MAPPING = {
    touchpoints: [{ name: "order.paid", id: ["no"], identifiers: [{ kind: "phone", path: "tel" }], properties: { order_id: "no", total_minor: { path: "sum", as: "minor_units" } } }],
};

test("a till without code", async () => {
    const page = await signedIn(browser, suite, { locale: "en-US" });
    await page.goto(`${suite.url}/channels`);
    await page.getByRole("button", { name: "Add a channel" }).first().click();
    const dialog = page.locator("form").last();
    await dialog.getByLabel("Channel").click();
    await page.keyboard.type("Any webhook");
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Identifier").fill("till");
    await dialog.getByLabel("Secret").fill("till-key");
    await dialog.getByLabel("Authentication").click();
    await page.getByTitle("Token (Bearer)", { exact: true }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText(`${suite.url}/in/webhook/till`).first().waitFor();

    const post = () => fetch(`${suite.url}/in/webhook/till`, { method: "POST", headers: { authorization: "Bearer till-key" }, body: BILL });
    assert.equal((await post()).status, 202);
    // The page says it above the list and in the row.
    await page.getByRole("link", { name: "Look at them" }).first().click();
    await page.getByRole("button", { name: "See the content" }).click();
    await page.getByText(BILL).waitFor();

    await page.goto(`${suite.url}/channels/webhook/till`);
    await page.getByLabel("Mapping").fill(JSON.stringify(MAPPING));
    await page.getByLabel("Sample").fill(BILL);
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("Phone 138 0013 8000").waitFor();
    await page.getByRole("button", { name: "Save mapping" }).click();
    await page.waitForFunction(() => [...document.querySelectorAll("button")].some((one) => one.textContent === "Save mapping" && one.disabled));

    await page.goto(`${suite.url}/quarantine`);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("1 new").waitFor();
    assert.equal((await post()).status, 200);
    assert.equal(await suite.total("webhook", "order.paid"), 1);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

test("where nothing signs, the form proposes an address nobody guesses", async () => {
    const page = await signedIn(browser, suite, { locale: "en-US" });
    await page.goto(`${suite.url}/channels`);
    await page.getByRole("button", { name: "Add a channel" }).first().click();
    const dialog = page.locator("form").last();
    await dialog.getByLabel("Channel").click();
    await page.keyboard.type("Aliyun SMS receipts");
    await page.keyboard.press("Enter");
    assert.match(await dialog.getByLabel("Identifier").inputValue(), /^[0-9a-f]{32}$/);
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Steps at the vendor's").waitFor();
    await page.context().close();
});

test("a code and a form of one's own", async () => {
    const page = await signedIn(browser, suite, { locale: "en-US", id: "mia", role: "marketing" });
    await page.goto(`${suite.url}/doors`);
    await page.getByRole("button", { name: "Add a code" }).click();
    await page.getByLabel("Identifier").fill("card-zhang");
    await page.getByLabel("Leads to (https://)").fill("https://shop.example/kettle");
    await page.getByLabel("Campaign").fill("expo-2026");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(`${suite.url}/q/card-zhang`).waitFor();
    const scan = await fetch(`${suite.url}/q/card-zhang`, { redirect: "manual" });
    assert.match(scan.headers.get("location"), /^https:\/\/shop\.example\/kettle\?.*utm_campaign=expo-2026/);

    await page.getByRole("button", { name: "Add a form" }).click();
    await page.getByPlaceholder("Identifier", { exact: true }).fill("demo");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: `${suite.url}/f/demo` }).waitFor();
    // As somebody fills it in, in a browser of their own.
    const visitor = await (await browser.newContext({ locale: "en-US" })).newPage();
    await visitor.goto(`${suite.url}/f/demo`);
    await visitor.getByLabel("Name *").fill("Li Na");
    await visitor.getByLabel("Phone *").fill("13900139000");
    await visitor.getByLabel("I agree to receive text messages").check();
    assert.equal((await suite.api("POST", "/dev/advance", { by_seconds: 5 })).status, 200);
    await visitor.getByRole("button", { name: "Send" }).click();
    await visitor.getByRole("heading", { name: "Thank you, we have received it." }).waitFor();
    await suite.settle();
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13900139000");
    assert.deepEqual([items[0].traits.name, items[0].consents[0].medium], ["Li Na", "sms"]);
    await visitor.context().close();
    await page.context().close();
});

test("a system of one's own is tested by a click, and what the vendor was asked is shown", async () => {
    await suite.endpoint("standard-webhooks", "erp", { signing_secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
    const page = await signedIn(browser, suite, { locale: "zh-CN" });
    await page.goto(`${suite.url}/channels/standard-webhooks/erp`);
    await page.getByRole("button", { name: "发送测试" }).click();
    await page.getByText("应答 202").waitFor();
    await page.getByText("已收到 1 条").waitFor();
    assert.equal(await suite.total("standard-webhooks", "integration.tested"), 1);

    // An API that is not there: the page says so, and offers to ask again.
    await suite.endpoint("wechat-official", "oa", { token: "t", app_secret: "s" }, { app_id: "wx1", mode: "plain", base_url: "http://127.0.0.1:9" });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHash("sha1").update([timestamp, "n", "t"].sort().join("")).digest("hex");
    const body = `<xml><FromUserName>oX</FromUserName><CreateTime>${timestamp}</CreateTime><MsgType>event</MsgType><Event>subscribe</Event></xml>`;
    const push = await fetch(`${suite.url}/in/wechat-official/oa?${new URLSearchParams({ signature, timestamp, nonce: "n" })}`, { method: "POST", body });
    assert.equal(push.status, 200);
    await page.goto(`${suite.url}/channels/wechat-official/oa`);
    await page.getByText("向平台查询").waitFor();
    await page.getByText(/平台没有答复：\s*没有答复/).waitFor();
    await page.getByRole("button", { name: "立即重新查询" }).click();
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});
