// The command line of suite.mjs.

import { parseArgs } from "node:util";
import { resolve } from "node:path";

const OPTIONS = {
    port: { type: "string", default: "8787" },
    data: { type: "string", default: ".tributary" },
    "admin-token": { type: "string" },
    // Fill the suite with an example shop once it is ready.
    demo: { type: "boolean", default: false },
    // One line of JSON instead of words: for tests.
    json: { type: "boolean", default: false },
    // No ticks by themselves: a test calls /dev/settle when it wants time to pass.
    "no-cron": { type: "boolean", default: false },
    // A variable or an optional secret of one function: `--var access.OIDC_ISSUER=https://…`.
    var: { type: "string", multiple: true, default: [] },
    // Orders (`reload`, `migrate`) come over standard input, and its end is the end.
    controlled: { type: "boolean", default: false },
};

export function readOptions(args) {
    const { values } = parseArgs({ args, options: OPTIONS });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${values.port} is not a port`);
    return {
        port,
        data: resolve(values.data),
        adminToken: values["admin-token"],
        demo: values.demo,
        json: values.json,
        cron: !values["no-cron"],
        controlled: values.controlled,
        vars: values.var.map(readVar),
    };
}

function readVar(text) {
    const found = /^([a-z-]+)\.([A-Z_]+)=(.*)$/s.exec(text);
    if (!found) throw new Error(`${text} is not function.NAME=value`);
    const [, name, variable, value] = found;
    return { function: name, variable, value };
}
