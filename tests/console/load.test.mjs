// How much a browser loads before the first page stands: counted as it asks for it, and held against what the
// build's own check counts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { firstLoad, LIMIT_KB } from "../../console/scripts/first-load.mjs";
import { launch, signedIn, startWithDemo } from "./browser.mjs";

const zip = promisify(gzip);
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

/** Every answer on the way to the first page, gzip, with an empty cache. */
async function cold(locale) {
    const page = await signedIn(browser, suite, { locale, viewport: { width: 1440, height: 900 } });
    const session = await page.context().storageState();
    await page.context().close();
    const fresh = await (await browser.newContext({ locale, storageState: session, viewport: { width: 1440, height: 900 } })).newPage();
    const answers = [];
    fresh.on("response", (response) => answers.push(response));
    await fresh.goto(`${suite.url}/`);
    await fresh.locator("main .list > li").first().waitFor();
    await fresh.waitForLoadState("networkidle").catch(() => undefined);
    const loaded = [];
    for (const response of answers) {
        const { pathname } = new URL(response.url());
        const body = await response.body().catch(() => Buffer.alloc(0));
        loaded.push({ path: pathname, bytes: (await zip(body)).length });
    }
    await fresh.context().close();
    return loaded;
}

for (const locale of ["zh-CN", "en-US"]) {
    test(`the first page in ${locale} loads at most ${LIMIT_KB} KB`, async (t) => {
        const loaded = await cold(locale);
        const kb = loaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
        t.diagnostic(`${loaded.length} requests, ${kb.toFixed(1)} KB gzip`);
        assert.ok(loaded.length > 10, "it was loaded at all");
        assert.ok(kb <= LIMIT_KB, `${kb.toFixed(1)} KB: ${JSON.stringify(loaded.sort((a, b) => b.bytes - a.bytes).slice(0, 8))}`);
    });
}

test("the build's check counts every file that the browser asks for", async () => {
    const counted = new Set(firstLoad().map(({ file }) => `/${file}`));
    const loaded = await cold("zh-CN");
    const missed = loaded.filter(({ path }) => path.startsWith("/assets/") && !counted.has(path)).map(({ path }) => path);
    assert.deepEqual(missed, [], "name what starts them in console/scripts/first-load.mjs");
});
