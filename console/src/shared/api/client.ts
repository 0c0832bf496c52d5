// The typed client of /api/v1. Types come from docs/openapi.json: `npm run types -w console`.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** An RFC 9457 problem as the suite answers it; `code` is stable. */
export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        readonly detail: string,
    ) {
        super(code);
    }
}

let csrf = "";

/** What GET session says must go along with every change. */
export function setCsrf(token: string): void {
    csrf = token;
}

const guard: Middleware = {
    onRequest({ request }) {
        if (request.method !== "GET") request.headers.set("x-tributary-csrf", csrf);
        return request;
    },
};

export const api = createClient<paths>({ credentials: "same-origin" });
api.use(guard);

/** The data of an answer, or its problem thrown. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const { data, error, response } = await call.catch(() => {
        throw new Problem(0, "unreachable", "");
    });
    if (response.ok) return data as T;
    const body = (typeof error === "object" && error !== null ? error : {}) as { code?: string; detail?: string };
    throw new Problem(response.status, body.code ?? "internal", body.detail ?? "");
}
