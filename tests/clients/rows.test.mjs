// The bill: rows are what D1 charges for, so no event may come to write more of them unnoticed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WRITE_KEY } from "../workerd/bench/events.mjs";
import { KINDS, measureRows } from "../workerd/bench/rows.mjs";
import { start } from "./running.mjs";

let suite;
let found;

before(async () => {
    suite = await start();
    await suite.endpoint("web", "bench", { write_key: WRITE_KEY });
    found = await measureRows(suite.url, (path) => suite.api("GET", path));
    assert.ok(found, "GET /dev/usage is missing");
});
after(() => suite?.stop());

for (const { id, label, written, read } of KINDS) {
    test(`rows: ${label}`, () => {
        const kind = found.find((one) => one.id === id);
        const figures = `${kind.rowsWritten} written, ${kind.rowsRead} read, ${kind.statements} statements an event`;
        assert.ok(kind.rowsWritten <= written, `${figures}, at most ${written} may be written`);
        assert.ok(kind.rowsRead <= read, `${figures}, at most ${read} may be read`);
    });
}
