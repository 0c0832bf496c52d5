// kill -9 of workerd under 16 writers, five rounds: every acknowledged event is there once, with its
// effects once.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { start } from "./running.mjs";

const ROUNDS = 5;
const WRITERS = 16;
const AUTH = { authorization: `Basic ${Buffer.from("wk_kill:").toString("base64")}` };

test("nothing acknowledged is lost or doubled", async () => {
    const data = mkdtempSync(join(tmpdir(), "tributary-kill-"));
    const acknowledged = new Set();
    const sent = new Set();
    for (let round = 0; round < ROUNDS; round += 1) {
        const suite = await start(data);
        if (round === 0) await suite.endpoint("web", "site", { write_key: "wk_kill" });
        let running = true;
        let gone = 0;
        const writers = Array.from({ length: WRITERS }, async (_, writer) => {
            for (let n = 0; running; n += 1) {
                const id = `r${round}-w${writer}-${n}`;
                sent.add(id);
                const event = { type: "track", userId: `u${writer}`, event: "Counted", messageId: id, properties: { id } };
                try {
                    const answer = await fetch(`${suite.url}/v1/track`, {
                        method: "POST",
                        headers: { ...AUTH, "content-type": "application/json" },
                        body: JSON.stringify(event),
                    });
                    if (answer.ok) acknowledged.add(id);
                } catch {
                    gone += 1;
                    return;
                }
            }
        });
        const enough = acknowledged.size + 150;
        while (acknowledged.size < enough && gone < WRITERS) await new Promise((resolve) => setTimeout(resolve, 5));
        await suite.killHard();
        running = false;
        await Promise.allSettled(writers);
    }

    const suite = await start(data);
    try {
        await suite.settle();
        let kept = 0;
        let counted = 0;
        for (let writer = 0; writer < WRITERS; writer += 1) {
            const { items } = await suite.get(`/api/v1/profiles?identity=user_id:u${writer}`);
            counted += items[0].counters.find((counter) => counter.name === "Counted").count;
            kept += items[0].touchpoint_count;
        }
        const total = await suite.total("web");
        // In the log at least what was acknowledged, at most what was sent, each with one effect.
        assert.ok(total >= acknowledged.size, `${acknowledged.size} acknowledged, ${total} kept`);
        assert.ok(total <= sent.size, `${sent.size} sent, ${total} kept`);
        assert.deepEqual([counted, kept], [total, total], "an effect is missing or doubled");
        const seen = await everyId(suite);
        assert.deepEqual([...acknowledged].filter((id) => !seen.has(id)), []);
        assert.equal(seen.size, total, "the same event is there twice");
    } finally {
        await suite.stop({ keep: true });
        rmSync(data, { recursive: true, force: true });
    }
});

async function everyId(suite) {
    const seen = new Set();
    let cursor = "";
    do {
        const page = await suite.get(`/api/v1/touchpoints?channel=web&limit=200${cursor && `&cursor=${cursor}`}`);
        for (const item of page.items) seen.add(item.properties.id);
        cursor = page.next_cursor;
    } while (cursor);
    return seen;
}
