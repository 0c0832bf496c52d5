// Vendors' Python libraries, in an environment of their own below `target/`.
//
// A child process is never waited for synchronously: that stops the event loop, the suite closes idle connections
// meanwhile, and the next request goes into a closed one.

import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const REQUIREMENTS = file("./python/requirements.txt");
const ENVIRONMENT = file("../../target/python");
const PYTHON = `${ENVIRONMENT}/bin/python`;
const STAMP = `${ENVIRONMENT}/installed.txt`;

/** What the command writes; anything but success is an error. */
function run(command, args, input = "") {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
        let output = "";
        child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
        child.once("error", reject);
        child.once("close", (code) => {
            if (code === 0) resolve(output);
            else reject(new Error(`${command} ${args.join(" ")} ended with ${code}`));
        });
        // A child that ends without reading is told of by its code.
        child.stdin.on("error", () => {});
        child.stdin.end(input);
    });
}

/** Makes the environment, once for each list of libraries. */
export async function setUp() {
    const wanted = readFileSync(REQUIREMENTS, "utf8");
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
    try {
        await run("python3", ["-m", "venv", "--clear", ENVIRONMENT]);
    } catch (error) {
        throw new Error("These tests run vendors' Python libraries: python3 with its module venv must be there.", { cause: error });
    }
    console.error("installing the vendors' Python libraries …");
    await run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    writeFileSync(STAMP, wanted);
}

/** What the library says: see python/vendors.py. */
export async function vendor(what, asked) {
    return JSON.parse(await run(PYTHON, [file("./python/vendors.py"), what], JSON.stringify(asked)));
}
