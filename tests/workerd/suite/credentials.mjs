// Tokens and keys of this installation: made once, kept beside the data, so that links, scripts
// and encrypted secrets survive a restart.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const MAKE = {
    ADMIN_TOKEN: () => `adm_${randomBytes(24).toString("base64url")}`,
    READONLY_TOKEN: () => `ro_${randomBytes(24).toString("base64url")}`,
    INTERNAL_KEY: () => randomBytes(32).toString("base64url"),
    ENDPOINT_KEY: () => randomBytes(32).toString("base64"),
};

export async function credentials(data, adminToken) {
    const file = join(data, "credentials.json");
    let kept = {};
    try {
        kept = JSON.parse(await readFile(file, "utf8"));
    } catch (error) {
        if (error.code !== "ENOENT") throw new Error(`${file} cannot be read: ${error.message}`);
    }
    const all = { ...kept };
    for (const [name, make] of Object.entries(MAKE)) all[name] ??= make();
    if (Object.keys(all).length > Object.keys(kept).length) {
        await mkdir(data, { recursive: true });
        await writeFile(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
    }
    return adminToken ? { ...all, ADMIN_TOKEN: adminToken } : all;
}
