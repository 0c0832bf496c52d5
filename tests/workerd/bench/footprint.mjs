// What each built function weighs, as an upload would.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const FUNCTIONS = fileURLToPath(new URL("../../../functions/", import.meta.url));

export async function footprint() {
    const found = [];
    for (const name of (await readdir(FUNCTIONS)).sort()) {
        const build = join(FUNCTIONS, name, "build");
        const files = (await readdir(build)).filter((file) => /\.(wasm|js)$/.test(file));
        let bytes = 0;
        for (const file of files) bytes += gzipSync(await readFile(join(build, file)), { level: 9 }).length;
        found.push({ name, kb: bytes / 1000 });
    }
    return found;
}
