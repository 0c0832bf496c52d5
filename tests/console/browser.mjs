// Chromium, as a person would have it open, on the built suite with the demo company.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { start } from "../clients/running.mjs";
import { signInLink } from "../workerd/suite/sign-in.mjs";

const DEMO = fileURLToPath(new URL("../workerd/demo.mjs", import.meta.url));
export const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

export async function startWithDemo() {
    const suite = await start();
    const env = { ...process.env, BASE_URL: suite.url, ADMIN_TOKEN: suite.token, READONLY_TOKEN: suite.readonlyToken };
    const code = await new Promise((resolve) => spawn(process.execPath, [DEMO], { env, stdio: "ignore" }).on("exit", resolve));
    if (code !== 0) throw new Error(`the demo ended with ${code}`);
    return suite;
}

export function launch() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}

/** A page on which somebody of this role is signed in, by the same link a mail would bring. */
export async function signedIn(browser, suite, { id = "admin", role = "admin", as, ...look } = {}) {
    const email = `${id}@example.com`;
    const link = await signInLink({ url: suite.url, tokens: { admin: suite.token } });
    let mine = link;
    if (id !== "admin") {
        const { status } = await suite.api("PUT", `/api/v1/users/${id}`, { name: id, email, role, ...as });
        if (status >= 300) throw new Error(`no user ${id}: ${status}`);
        mine = await signInLink({ url: suite.url, tokens: { admin: suite.token } }, email);
    }
    const page = await (await browser.newContext({ locale: "zh-CN", ...look })).newPage();
    // A page must not complain about itself.
    page.complaints = [];
    page.on("pageerror", (error) => page.complaints.push(error.message));
    // What is asked for and not answered yet.
    page.open = new Set();
    page.on("request", (request) => page.open.add(request));
    for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => page.open.delete(request));
    page.on("framenavigated", (frame) => frame === page.mainFrame() && page.open.clear());
    await page.goto(mine);
    await page.waitForURL(`${suite.url}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    return page;
}

/** What changed has been drawn. */
export function drawn(page) {
    return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
}

/** Everything asked for has been answered, and drawn; what an answer made the page ask for, too. */
export async function settled(page) {
    await page.locator("h1").first().waitFor();
    await page.locator(".ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
    for (let quiet = 0; quiet < 3; quiet = page.open.size === 0 ? quiet + 1 : 0) await drawn(page);
}

export async function screenshot(page, name) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage: true });
}
