// What is made to exhaust a parser: JSON, XML and gzip bombs at doors that check a signature first and at one
// that does not. Each is refused with a code, leaves no row, and costs no more memory than the door allows.

import assert from "node:assert/strict";
import { createCipheriv, createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { start } from "./running.mjs";

const AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP = "wx1234567890abcdef";
const MIB = 1024 * 1024;
/** Off the event loop: see running.mjs. */
const zip = promisify(gzip);
/** Above what the runtime held before: the largest body there is room for, decompressed and read, and a margin. */
const MAX_EXTRA_BYTES = 32 * MIB;
let suite;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "site", { write_key: "wk" });
    await suite.endpoint("meta", "main", { app_secret: "app", verify_token: "v" });
    await suite.endpoint("wechat-official", "plain", { token: "tok" }, { app_id: APP, mode: "plain" });
    await suite.endpoint("wechat-official", "safe", { token: "tok", encoding_aes_key: AES }, { app_id: APP, mode: "safe" });
    // What every isolate needs once.
    await web('{"type":"track","userId":"u","event":"Warm"}');
    await meta("{}");
});
after(() => suite?.stop());

/** The status; a refusal while still sending may come as a closed connection. */
async function status(path, body, headers = {}) {
    try {
        const response = await fetch(`${suite.url}${path}`, { method: "POST", body, headers });
        await response.arrayBuffer();
        return response.status;
    } catch (error) {
        if (["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(error.cause?.code)) return "closed";
        throw error;
    }
}

const web = (body, headers = {}) => status("/v1/track", body, { authorization: `Basic ${btoa("wk:")}`, ...headers });
const meta = (body) => status("/in/meta/main", body, { "x-hub-signature-256": `sha256=${createHmac("sha256", "app").update(body).digest("hex")}` });

const sha1 = (...parts) => createHash("sha1").update(parts.sort().join("")).digest("hex");
const stamp = () => String(Math.floor(Date.now() / 1000));
function wechat(body) {
    const timestamp = stamp();
    const query = new URLSearchParams({ timestamp, nonce: "n", signature: sha1("tok", timestamp, "n") });
    return status(`/in/wechat-official/plain?${query}`, body);
}

/** Resident memory of the process that does the work. */
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${suite.workerdPid}/status`, "utf8"))[1]) * 1024;

const REFUSED = [400, 413, "closed"];

async function refusesAll(send, bombs) {
    const rows = async () => (await Promise.all(["web", "meta", "wechat-official"].map((channel) => suite.total(channel)))).join();
    const before = await rows();
    const held = resident();
    for (const [name, bomb] of Object.entries(bombs)) {
        const answered = await send(bomb);
        assert.ok(REFUSED.includes(answered), `${name}: ${answered}`);
    }
    const extra = resident() - held;
    assert.ok(extra <= MAX_EXTRA_BYTES, `${Math.round(extra / MIB)} MiB more than before`);
    assert.equal(await rows(), before);
}

const nest = (open, close, depth) => open.repeat(depth) + close.repeat(depth);

test("JSON: depth, keys, numbers, halves of characters, size", async () => {
    const event = (properties) => `{"type":"track","userId":"u","event":"Bomb","properties":${properties}}`;
    const keys = (count) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join()}}`;
    const bombs = {
        "100,000 deep": event(nest("[", "]", 100_000)),
        "100,000 objects deep": event(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`),
        "100,000 open and no more": event("[".repeat(100_000)),
        "a million keys": event(keys(1_000_000)),
        "40,000 keys, within the size": event(keys(40_000)),
        "a number beyond all": event('{"n":1e400}'),
        "not UTF-8": Buffer.concat([Buffer.from('{"type":"track","userId":"u","event":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
        "90 MB": Buffer.alloc(90 * MIB, 0x20),
    };
    await refusesAll(web, bombs);
    // Behind a signature what is only malformed is kept for somebody to look at: these are not.
    const attacks = Object.entries(bombs).filter(([name]) => /deep|no more|million|MB/.test(name));
    assert.ok(attacks.length >= 4);
    await refusesAll(meta, Object.fromEntries(attacks));
});

test("JSON that is odd and means something is taken", async () => {
    const before = await suite.total("web", "Odd");
    const odd = ['\ufeff{"type":"track","userId":"u1","event":"Odd"}', '{"type":"track","userId":"u","userId":"u2","event":"Odd"}', '{"type":"track","userId":"u3\\u0000","event":"Odd"}', '{"type":"track","userId":"u4","event":"Odd","properties":{"text":"\\ud83d"}}'];
    for (const body of odd) assert.equal(await web(body), 200, body);
    assert.equal(await suite.total("web", "Odd"), before + odd.length);
});

test("XML: entities, files, depth, character data in itself, other alphabets", async () => {
    const message = (inside) => `<xml><FromUserName>oX</FromUserName><CreateTime>${stamp()}</CreateTime><MsgType>text</MsgType>${inside}<MsgId>1</MsgId></xml>`;
    const laughs = `<!DOCTYPE lolz [<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join("")}]>`;
    await refusesAll(wechat, {
        "billion laughs": laughs + message("<Content>&l9;</Content>"),
        "a file": `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${message("<Content>&f;</Content>")}`,
        "a DTD elsewhere": `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">${message("")}`,
        "a parameter entity": `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]>${message("")}`,
        "100,000 deep": message(nest("<a>", "</a>", 100_000)),
        "20,000 deep, within the size": message(nest("<a>", "</a>", 20_000)),
    });
    // Signed, and only malformed: kept for somebody to look at, and no touchpoint.
    const odd = ["<Content>&nbsp;</Content>", "<Content><![CDATA[<![CDATA[x]]>]]&gt;</Content", "<Content>"].map(message);
    odd.push(Buffer.from(`\ufeff${message("")}`, "utf16le"));
    odd.push(Buffer.concat([Buffer.from('<?xml version="1.0" encoding="GBK"?><xml><Content>'), Buffer.from([0xc4, 0xe3]), Buffer.from("</Content></xml>")]));
    for (const body of odd) assert.equal(await wechat(body), 202, String(body));
    assert.equal(await suite.total("wechat-official"), 0);
});

test("gzip: a bomb, one in another, two in a row, cut short, and other ways to pack", async () => {
    const event = Buffer.from('{"type":"track","userId":"u","event":"Bomb"}');
    const packed = (body, encoding = "gzip") => ({ body, encoding });
    const send = ({ body, encoding }) => web(body, { "content-encoding": encoding });
    const [once, bomb] = [await zip(event), await zip(Buffer.alloc(256 * MIB, 0x20))];
    await refusesAll(send, {
        "1 : 1000": packed(bomb),
        "a bomb in a bomb": packed(await zip(bomb)),
        "packed twice": packed(await zip(once)),
        "said to be packed twice and more": packed(await zip(once), "gzip, gzip, br"),
        "two members": packed(Buffer.concat([once, once])),
        "cut short": packed(once.subarray(0, 30)),
        "without its end": packed(once.subarray(0, -4)),
        "a wrong sum": packed(Buffer.concat([once.subarray(0, -8), Buffer.alloc(8)])),
    });
});

test("what cannot be opened is refused alike, whatever is wrong with it", async () => {
    const key = Buffer.from(`${AES}=`, "base64");
    const seal = (plain) => {
        const cipher = createCipheriv("aes-256-cbc", key, key.subarray(0, 16)).setAutoPadding(false);
        return Buffer.concat([cipher.update(plain), cipher.final()]);
    };
    const framed = (length, owner = APP) => {
        const text = Buffer.from("<xml/>");
        const size = Buffer.alloc(4);
        size.writeUInt32BE(length ?? text.length);
        return Buffer.concat([Buffer.alloc(16), size, text, Buffer.from(owner)]);
    };
    const padded = (plain, pad) => Buffer.concat([plain, Buffer.alloc(32 - (plain.length % 32), pad ?? 32 - (plain.length % 32))]);
    const broken = {
        "padding of nothing": seal(padded(framed(), 0)),
        "padding beyond a block": seal(padded(framed(), 33)),
        "a length beyond the text": seal(padded(framed(0xffffffff))),
        "another app": seal(padded(framed(undefined, "wxOther"))),
        "half a block": seal(padded(framed())).subarray(0, 20),
        "noise": Buffer.alloc(64, 7),
        "nothing": Buffer.alloc(0),
    };
    const answers = new Set();
    for (const sealed of Object.values(broken)) {
        const encrypt = sealed.toString("base64");
        const timestamp = stamp();
        const query = new URLSearchParams({ timestamp, nonce: "n", encrypt_type: "aes", msg_signature: sha1("tok", timestamp, "n", encrypt) });
        const response = await fetch(`${suite.url}/in/wechat-official/safe?${query}`, { method: "POST", body: `<xml><Encrypt>${encrypt}</Encrypt></xml>` });
        answers.add(`${response.status} ${await response.text()}`);
    }
    assert.equal(answers.size, 1, [...answers].join("\n"));
    assert.match([...answers][0], /^401 /);
    assert.equal(await suite.total("wechat-official"), 0);
});

/** The longest that an empty request waits while `work` is done. */
async function longestWait(work) {
    let busy = true;
    let longest = 0;
    const watch = (async () => {
        while (busy) {
            const began = performance.now();
            assert.equal((await fetch(`${suite.url}/health`)).status, 200);
            longest = Math.max(longest, performance.now() - began);
        }
    })();
    await work();
    busy = false;
    await watch;
    return longest;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("mappings and documents: what would be made is counted, and others wait no longer than a moment", async () => {
    const items = Array.from({ length: 500 }, (_, no) => ({ no, text: "x".repeat(200) }));
    // Small enough for the quarantine.
    const body = JSON.stringify({ items, large: "y".repeat(100_000) });
    const mapping = (rule) => JSON.stringify({ items: "items", touchpoints: Array.from({ length: 50 }, () => ({ name: "a.b", id: ["no"], ...rule })) });
    const bombs = {
        "a text into each": mapping({ properties: { all: "$.large" } }),
        "the list into each of its items": mapping({ properties: { all: "$.items" } }),
        "a search in all of it for each": mapping({ when: [{ path: "$.items", op: "contains", value: "no" }] }),
    };
    const bearer = { authorization: "Bearer s", "content-type": "application/json" };
    for (const [name, document] of Object.entries(bombs)) {
        await suite.endpoint("webhook", "till", { secret: "s" }, { authentication: "bearer", mapping: document });
        // Once as an isolate that has read the mapping.
        await status("/in/webhook/till", JSON.stringify({ items: [] }), bearer);
        const idle = await longestWait(() => pause(300));
        let answered;
        const waited = await longestWait(async () => {
            answered = await status("/in/webhook/till", body, bearer);
        });
        assert.equal(answered, 202, name);
        // 200 ms on a machine that answers at once; one that is busy itself takes longer for everything.
        assert.ok(waited <= 200 + 10 * idle, `${name}: others waited ${Math.round(waited)} ms, idle ${Math.round(idle)} ms`);
    }
    assert.equal(await suite.total("webhook"), 0);
    const { items: kept } = await suite.get("/api/v1/quarantine");
    assert.ok(kept.some((one) => one.code === "mapping_makes_too_much"));
    const large = { id: "big", name: { zh: "x".repeat(2 * MIB) }, entry: { events: ["a"] }, steps: [] };
    assert.equal((await suite.api("PUT", "/api/v1/journeys/big", large)).status, 413);
    const tags = Array.from({ length: 50_000 }, () => ({ tag: "a" }));
    const wide = { id: "wide", name: { zh: "宽" }, entry: { events: ["a"] }, steps: [{ id: "b", type: "branch", if: { any: tags } }] };
    const refused = await suite.api("PUT", "/api/v1/journeys/wide", wide);
    assert.ok([413, 422].includes(refused.status), JSON.stringify(refused.body));
    assert.equal((await fetch(`${suite.url}/f/none`, { method: "POST", body: "x=".padEnd(300_000, "y") })).status, 413);
});
