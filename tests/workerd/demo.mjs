// Loads a small company into a running suite, through its public doors only, and checks that all of
// it arrived: `BASE_URL=http://127.0.0.1:8787 ADMIN_TOKEN=… node tests/workerd/demo.mjs`.
// A second run adds nothing. Needs a development installation: it moves the suite's clock.

import { check } from "./demo/checks.mjs";
import { Client } from "./demo/client.mjs";
import { guide } from "./demo/guide.mjs";
import { Progress } from "./demo/progress.mjs";
import { tell } from "./demo/story.mjs";

async function main({ BASE_URL, ADMIN_TOKEN }) {
    if (!BASE_URL || !ADMIN_TOKEN) throw new Error("set BASE_URL and ADMIN_TOKEN");
    const client = new Client(BASE_URL, ADMIN_TOKEN);
    const progress = new Progress();
    // Before anything is written: the demo's secrets are public.
    await client.advance();
    const { crowd } = await tell(client, progress);
    const { found, wrong } = await progress.phase("checking", 1, () => check(client, crowd));
    if (wrong.length > 0) throw new Error(`not as promised:\n  ${wrong.join("\n  ")}`);
    console.log(guide(client.url, found));
}

main(process.env).catch((error) => {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
});
