// What a browser loads to show the first page: the document, the entry, what the entry asks for by itself
// (the reader's language, the first page) and everything those import at once. Reads what the build wrote.
// tests/console/load.test.mjs holds it against what Chromium really asks for.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Loaded by the entry without anybody's doing; of the languages the larger one. */
const STARTED = ["src/features/profiles/ProfilesPage.tsx", "src/shared/i18n/zh.ts"];
const DIST = new URL("../dist/", import.meta.url);

export const LIMIT_KB = 320;

/** Paths below `dist`, each with its size as it is sent. */
export function firstLoad() {
    const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));
    const files = new Set(["index.html"]);
    const add = (name) => {
        const chunk = manifest[name];
        if (!chunk)
            throw new Error(`${name} is not in the build: scripts/first-load.mjs names what is loaded at first`);
        if (files.has(chunk.file)) return;
        files.add(chunk.file);
        for (const css of chunk.css ?? []) files.add(css);
        for (const imported of chunk.imports ?? []) add(imported);
    };
    for (const [name, chunk] of Object.entries(manifest)) if (chunk.isEntry) add(name);
    for (const name of STARTED) add(name);
    return [...files].map((file) => ({ file, bytes: gzipSync(readFileSync(new URL(file, DIST))).length }));
}
