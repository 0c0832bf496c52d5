// What the compiler does not see: who imports whom, how long a file is, and that every text a person
// reads is in both catalogs.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const MAX_LINES = 300;
const MAX_COLUMNS = 120;
const src = fileURLToPath(new URL("../src", import.meta.url));
const wrong = [];

function* walk(folder) {
    for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) yield* walk(path);
        else yield path;
    }
}

const files = [...walk(src)];
const isCode = (path) => /\.tsx?$/.test(path) && !path.endsWith("schema.d.ts");
const layer = (path) =>
    relative(src, path)
        .split("/")
        .slice(0, path.includes("/features/") ? 2 : 1)
        .join("/");

for (const path of files.filter(isCode)) {
    const text = readFileSync(path, "utf8");
    const where = relative(src, path);
    const lines = text.split("\n").length;
    for (const [index, line] of text.split("\n").entries()) {
        if (line.length > MAX_COLUMNS) wrong.push(`${where}:${index + 1}: ${line.length} columns`);
    }
    if (lines > MAX_LINES) wrong.push(`${where}: ${lines} lines, split it`);
    const from = layer(path);
    // The catalogs are collected in one place, whoever owns them.
    const isCollector = /^shared\/i18n\/(en|zh)\.ts$/.test(where);
    for (const [, target] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
        const to = layer(resolve(dirname(path), target));
        const allowed = to === from || to.startsWith("shared") || from === "app" || from === "main.tsx" || isCollector;
        if (!allowed) wrong.push(`${where}: ${from} must not import ${to}`);
    }
    if (path.endsWith(".test.ts")) continue;
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    if (/[\u3400-\u9fff]/.test(code)) wrong.push(`${where}: Chinese text belongs into a catalog`);
    for (const [, words] of code.matchAll(/>\s*([A-Z][a-z]+(?:\s+[a-z]+)+)\s*</g))
        wrong.push(`${where}: "${words}" belongs into a catalog`);
    for (const [, name, words] of code.matchAll(/\b(aria-label|placeholder|title|label)="([^"]*[a-z][^"]*)"/g)) {
        if (words !== "Tributary") wrong.push(`${where}: ${name}="${words}" belongs into a catalog`);
    }
}

function entries(value, prefix = "") {
    if (typeof value === "string") return [[prefix, value]];
    return Object.entries(value).flatMap(([key, inner]) => entries(inner, prefix ? `${prefix}.${key}` : key));
}

// English counts one apart from many; Chinese does not.
const PLURAL = /_(one|other)$/;
/** Words that are the same for one and for many. */
const UNCOUNTED = /\{\{count(?:, number)?\}\} (?:in|new|received|reached|entered|inside|left|failed|more|valid)\b/;

for (const path of files.filter((path) => path.endsWith(".en.json"))) {
    const where = relative(src, path);
    const read = (name) => new Map(entries(JSON.parse(readFileSync(name, "utf8"))));
    const [en, zh] = [read(path), read(path.replace(".en.json", ".zh.json"))];
    for (const [key, text] of en) {
        if (!zh.has(key.replace(PLURAL, ""))) wrong.push(`${where}: ${key} has no Chinese`);
        const other = key.replace(PLURAL, (_, form) => (form === "one" ? "_other" : "_one"));
        if (PLURAL.test(key) && !en.has(other)) wrong.push(`${where}: ${key} without ${other}`);
        if (!PLURAL.test(key) && /\{\{count(?:, number)?\}\} [a-z]/.test(text) && !UNCOUNTED.test(text)) {
            wrong.push(`${where}: ${key} says "1 ${text.split("}} ")[1]}": it needs _one and _other`);
        }
        if (
            /\p{Script=Han}/u.test(text) &&
            !["app.language", "session.language"].includes(key) &&
            !/\.zh\.|^language/.test(key)
        ) {
            wrong.push(`${where}: ${key} is Chinese`);
        }
    }
    for (const key of zh.keys()) {
        if (!en.has(key) && !en.has(`${key}_other`)) wrong.push(`${where}: ${key} has no English`);
    }
}

for (const line of wrong) console.error(line);
console.log(`lint: ${files.length} files, ${wrong.length} findings`);
process.exit(wrong.length > 0 ? 1 : 0);
