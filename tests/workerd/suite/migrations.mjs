// Applies migrations/*.sql to the local D1, and writes them down as wrangler does.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT UNIQUE,
    applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Applies what is not applied yet, each file as one transaction. Returns the names. */
export async function migrate(db, root, data) {
    const folder = join(root, "migrations");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
    await db.prepare(TABLE).run();
    const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
    const applied = new Set(results.map((row) => row.name));
    const hashes = await readHashes(data);
    const added = [];
    for (const name of files) {
        const text = await readFile(join(folder, name), "utf8");
        const hash = createHash("sha256").update(text).digest("hex");
        if (applied.has(name)) {
            if (hashes[name] && hashes[name] !== hash) {
                throw new Error(`migrations/${name} was changed after it had been applied. Write a new migration, or delete ${data} to start afresh`);
            }
            continue;
        }
        const statements = split(text).map((statement) => db.prepare(statement));
        const note = db.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(name);
        try {
            await db.batch([...statements, note]);
        } catch (error) {
            throw new Error(`migrations/${name} was refused: ${error.message}`);
        }
        hashes[name] = hash;
        added.push(name);
    }
    if (added.length > 0) {
        await mkdir(data, { recursive: true });
        await writeFile(join(data, "migrations.json"), `${JSON.stringify(hashes, null, 2)}\n`);
    }
    return added;
}

async function readHashes(data) {
    try {
        return JSON.parse(await readFile(join(data, "migrations.json"), "utf8"));
    } catch {
        return {};
    }
}

// Text in quotes, comments, the words that open and close a trigger's body, and semicolons.
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\b(?:begin|case|end)\b|;/gi;

/** Splits at semicolons outside quotes, comments and trigger bodies. */
export function split(sql) {
    const statements = [];
    let from = 0;
    let open = 0;
    for (const match of sql.matchAll(TOKENS)) {
        const token = match[0].toLowerCase();
        if (token === "begin" || token === "case") open += 1;
        else if (token === "end") open = Math.max(0, open - 1);
        else if (token === ";" && open === 0) {
            push(match.index);
            from = match.index + 1;
        }
    }
    push(sql.length);
    return statements;

    function push(to) {
        const text = sql.slice(from, to).trim();
        const says = text.replace(TOKENS, (token) => (token.startsWith("-") || token.startsWith("/*") ? "" : token)).trim() !== "";
        if (says) statements.push(text);
    }
}
