// The first load: the entry and everything it imports at once, gzip. Reads what the build wrote.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 260;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const entry = Object.values(manifest).find((chunk) => chunk.isEntry);
const files = new Set();
const add = (chunk) => {
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const name of chunk.imports ?? []) add(manifest[name]);
};
add(entry);
let total = 0;
for (const file of files) total += gzipSync(readFileSync(new URL(file, dist))).length;
const kb = total / 1024;
console.log(`first load ${kb.toFixed(1)} KB gzip of ${LIMIT_KB}, ${files.size} files`);
if (kb > LIMIT_KB) process.exit(1);
