// Vendors' Python libraries, in an environment of their own below `target/`.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const REQUIREMENTS = file("./python/requirements.txt");
const ENVIRONMENT = file("../../target/python");
const PYTHON = `${ENVIRONMENT}/bin/python`;
const STAMP = `${ENVIRONMENT}/installed.txt`;

function run(command, args, options = {}) {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["pipe", "pipe", "inherit"], ...options });
}

/** Makes the environment, once for each list of libraries. */
export function setUp() {
    const wanted = readFileSync(REQUIREMENTS, "utf8");
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
    try {
        run("python3", ["-m", "venv", "--clear", ENVIRONMENT]);
    } catch (error) {
        throw new Error("These tests run vendors' Python libraries: python3 with its module venv must be there.", { cause: error });
    }
    console.error("installing the vendors' Python libraries …");
    run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    writeFileSync(STAMP, wanted);
}

/** What the library says: see python/vendors.py. */
export function vendor(what, asked) {
    return JSON.parse(run(PYTHON, [file("./python/vendors.py"), what], { input: JSON.stringify(asked) }));
}
