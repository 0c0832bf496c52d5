// The suite's Workers, as functions/*/wrangler.toml describe them: there is no second list of
// bindings.

import { readdir, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";

// The one that listens; the others are reached through its bindings.
const DOOR = "tributary-gateway";

/** Reads every function's configuration, the gateway's first. */
export async function readConfigs(root) {
    const folder = join(root, "functions");
    const configs = [];
    for (const name of (await readdir(folder)).sort()) {
        const file = join(folder, name, "wrangler.toml");
        if (!existsSync(file)) continue;
        configs.push({ folder: join(folder, name), function: name, ...parse(await readFile(file, "utf8")) });
    }
    configs.sort((a, b) => (b.name === DOOR) - (a.name === DOOR));
    return configs;
}

/** One Miniflare worker per function. */
export async function workerOptions(configs, credentials, ownAddress, vars = []) {
    const known = new Set(configs.map((config) => config.name));
    return Promise.all(configs.map(async (config) => {
        for (const service of config.services ?? []) {
            if (!known.has(service.service)) {
                throw new Error(`functions/${config.function}/wrangler.toml binds ${service.service}, which no function is called`);
            }
        }
        return {
            name: config.name,
            compatibilityDate: config.compatibility_date,
            modulesRoot: join(config.folder, "build"),
            modules: await modules(config),
            bindings: {
                ...config.vars,
                TRIBUTARY_ENV: "development",
                ...("PUBLIC_URL" in (config.vars ?? {}) && ownAddress ? { PUBLIC_URL: ownAddress } : {}),
                ...secrets(config, credentials),
                ...Object.fromEntries(vars.filter((one) => one.function === config.function).map((one) => [one.variable, one.value])),
            },
            d1Databases: bindings(config.d1_databases, "database_id"),
            kvNamespaces: bindings(config.kv_namespaces, "id"),
            serviceBindings: bindings(config.services, "service"),
            ...assets(config),
        };
    }));
}

/** The workers that the clock calls, with their cron expressions. */
export function cronWorkers(configs) {
    return configs.flatMap(({ name, triggers }) => (triggers?.crons ?? []).map((cron) => ({ name, cron })));
}

/** Static files beside a function, as the platform serves them. */
function assets({ assets, folder, function: name }) {
    if (!assets) return {};
    const directory = join(folder, assets.directory);
    if (!existsSync(directory)) throw new Error(`${directory} is not built: run \`cargo xtask build --dev ${name}\``);
    return {
        assets: {
            directory,
            routerConfig: { has_user_worker: true, static_routing: { user_worker: assets.run_worker_first } },
            assetConfig: { not_found_handling: assets.not_found_handling },
        },
    };
}

function bindings(list, value) {
    return Object.fromEntries((list ?? []).map((entry) => [entry.binding, entry[value]]));
}

function secrets(config, credentials) {
    const needed = config.secrets?.required ?? [];
    return Object.fromEntries(needed.map((name) => {
        if (!(name in credentials)) throw new Error(`functions/${config.function}/wrangler.toml wants the secret ${name}: say in tests/workerd/suite/credentials.mjs how it is made`);
        return [name, credentials[name]];
    }));
}

async function modules(config) {
    const script = join(config.folder, "build/index.js");
    const wasm = join(config.folder, "build/index_bg.wasm");
    if (!existsSync(script) || !existsSync(wasm)) {
        throw new Error(`functions/${config.function} is not built: run \`cargo xtask build --dev\``);
    }
    return [
        { type: "ESModule", path: script, contents: await readFile(script, "utf8") },
        { type: "CompiledWasm", path: wasm, contents: await readFile(wasm) },
    ];
}
