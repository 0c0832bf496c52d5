// What an entry of the audit log is about: `profiles/prf_1/unmerge` as a kind of thing, its id, and what was
// done to it.

export interface About {
    /** A key of the catalog: `profiles`, `endpoints` … */
    kind: string;
    /** Which one of them, as ids. */
    ids: string[];
    /** What was done beside changing it: `unmerge`, `replay` … */
    act?: string;
}

const ACTS = new Set([
    "unmerge",
    "replay",
    "test",
    "sign-out",
    "ask-again",
    "preview",
    "timeline",
    "identities",
    "mappings",
    "runs",
    "verification",
    "lift",
]);

export function aboutOf(object: string): About {
    const [kind = "", ...rest] = object.split("/").filter(Boolean);
    const last = rest.at(-1);
    const act = last !== undefined && ACTS.has(last) ? last : undefined;
    return { kind, ids: act === undefined ? rest : rest.slice(0, -1), act };
}

/** What a method says where nothing else does. */
export function doneBy(method: unknown): "created" | "removed" | "changed" {
    if (method === "DELETE") return "removed";
    return method === "POST" ? "created" : "changed";
}

/** What was asked for, beside the method: name and value each. */
export function askedOf(detail: unknown): [string, string][] {
    if (typeof detail !== "object" || detail === null) return [];
    return Object.entries(detail)
        .filter(([name, value]) => name !== "method" && value !== null && value !== "")
        .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
}
