// Signing in at the company's own provider: a real OpenID Connect provider, a real browser.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Provider from "oidc-provider";
import { start } from "../clients/running.mjs";
import { launch } from "./browser.mjs";

const CLIENT = { client_id: "tributary", client_secret: "s3cret, with / and + in it" };
// As the provider knows them. Nobody here is a user of the suite but the first.
const PEOPLE = {
    wang: { email: "wang.wei@example.com", email_verified: true },
    li: { email: "li.na@example.com", email_verified: true },
    zhao: { email: "wang.wei@example.com", email_verified: false },
};

let provider;
let suite;
let browser;

async function startProvider() {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, issuer: `http://127.0.0.1:${server.address().port}` };
}

function serve({ server, issuer }, redirectUri) {
    const oidc = new Provider(issuer, {
        clients: [{ ...CLIENT, redirect_uris: [redirectUri], grant_types: ["authorization_code"], response_types: ["code"] }],
        claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
        pkce: { required: () => true },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id, ...PEOPLE[id] }) }),
        cookies: { keys: ["only for this test"] },
    });
    server.on("request", oidc.callback());
}

before(async () => {
    provider = await startProvider();
    suite = await start(undefined, [
        `access.OIDC_ISSUER=${provider.issuer}`,
        `access.OIDC_CLIENT_ID=${CLIENT.client_id}`,
        `access.OIDC_CLIENT_SECRET=${CLIENT.client_secret}`,
    ]);
    serve(provider, `${suite.url}/auth/oidc/callback`);
    await suite.api("PUT", "/api/v1/users/wang.wei", { name: "王伟", email: "wang.wei@example.com", role: "manager" });
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await suite?.stop();
    provider?.server.closeAllConnections();
    provider?.server.close();
});

/** Goes the whole way as `login`, and stays where the way ends. */
async function signIn(login, at = "/sign-in") {
    const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await page.goto(suite.url + at);
    await page.getByRole("link", { name: "使用公司账号登录" }).click();
    await page.locator("input[name=login]").fill(login);
    await page.locator("input[name=password]").fill("whatever it asks");
    await page.locator("button[type=submit]").click();
    // The provider asks once whether this application may know.
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(`${suite.url}/**`);
    return page;
}

test("a user of the suite signs in at the company's provider and lands where the way began", async () => {
    const page = await signIn("wang", "/sign-in?return_to=/leads");
    await page.getByRole("heading", { level: 1, name: "线索" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/leads");
    const session = await page.evaluate(async () => (await fetch("/api/v1/session")).json());
    assert.equal(session.user.id, "wang.wei");
    assert.equal(session.user.role, "manager");
    const { items } = await suite.get("/api/v1/audit?action=signed_in");
    assert.equal(items[0].actor, "wang.wei");
});

test("who is nobody here stays outside, and is told what to do", async () => {
    const page = await signIn("li");
    await page.getByText("这个账号还不是公司成员").waitFor();
    assert.equal(await page.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
});

test("an address that the provider has not verified opens nothing", async () => {
    const page = await signIn("zhao");
    await page.waitForURL(/error=email_not_verified/);
    assert.equal(await page.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
});

test("what comes back to a browser that did not set out opens nothing", async () => {
    const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
    await page.goto(`${suite.url}/sign-in`);
    await page.getByRole("link", { name: "使用公司账号登录" }).click();
    await page.locator("input[name=login]").fill("wang");
    await page.locator("input[name=password]").fill("whatever it asks");
    await page.locator("button[type=submit]").click();
    await page.getByRole("button", { name: "Continue" }).waitFor();
    // As if somebody else had been sent the last link of this way.
    const before = await page.context().cookies();
    await page.context().clearCookies({ name: /^tributary/ });
    assert.ok((await page.context().cookies()).length < before.length);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL(/error=attempt_expired/);
    assert.equal(await page.evaluate(async () => (await fetch("/api/v1/session")).status), 401);
});

test("a way back that leads out of the suite is not taken", async () => {
    for (const path of ["https://evil.example/", "//evil.example", "/\\evil.example"]) {
        const started = await fetch(`${suite.url}/auth/oidc/start?return_to=${encodeURIComponent(path)}`, { redirect: "manual" });
        assert.equal(started.status, 302);
        assert.ok(started.headers.get("location").startsWith(provider.issuer), path);
    }
});
