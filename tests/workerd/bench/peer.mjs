// The peer: a Worker that does nothing but parse a body and insert it, the least that a durable
// answer costs on this platform. It runs in the same workerd, with a database of its own.

export const PEER = "bench-peer";

export const PEER_TABLE = `CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
)`;

export const PEER_SCRIPT = `
const ONE = "INSERT INTO events (id, name, person, at, body) VALUES (?1, ?2, ?3, ?4, ?5)";
const MANY = \`INSERT INTO events (id, name, person, at, body)
    SELECT value->>'messageId', coalesce(value->>'event', value->>'name'),
        coalesce(value->>'userId', value->>'anonymousId'), ?2, value FROM json_each(?1)\`;

export default {
    async fetch(request, env) {
        const text = await request.text();
        const body = JSON.parse(text);
        if (new URL(request.url).pathname === "/v1/batch") {
            await env.DB.prepare(MANY).bind(JSON.stringify(body.batch), Date.now()).run();
        } else {
            const person = body.userId ?? body.anonymousId;
            await env.DB.prepare(ONE).bind(body.messageId, body.event ?? body.name, person, Date.now(), text).run();
        }
        return Response.json({ success: true });
    },
};
`;
