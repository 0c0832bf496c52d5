// How long a page of each list takes where there is much of everything. The tables are filled in the
// database itself: 1,000,000 touchpoints through the front door would take the better part of an hour
// and leave the same rows.

const CHUNK = 50_000;
const DAY_MS = 86_400_000;
/** One person, or rather one number of a call centre, that everything comes in under. */
const BUSY = 0;
const SAMPLES = 15;
const GOAL_MS = 300;

/** What there is: `people`, `touchpoints`, and of the rest what a company of that size has. */
export async function fill(db, { people, touchpoints }, note) {
    const start = Date.now() - 90 * DAY_MS;
    const spread = Math.floor((90 * DAY_MS) / touchpoints);
    // The busy one has a fiftieth of all.
    const person = `CASE WHEN n % 50 = 0 THEN ${BUSY} ELSE n % ${people} END`;
    const name = `CASE WHEN n % 997 = 0 THEN 'Refund Requested' WHEN n % 40 = 0 THEN 'Order Completed' ELSE 'Product Viewed' END`;
    const channel = `CASE WHEN n % 1009 = 0 THEN 'wechat-official' ELSE 'web' END`;
    const at = `${start} + n * ${spread}`;
    const touchpoint = `'tpt_' || printf('%026d', n)`;
    const profile = `'prf_' || printf('%026d', n)`;
    const tables = [
        [touchpoints, `INSERT INTO touchpoints (seq, id, channel, endpoint, name, occurred_at, received_at, identifiers, properties, context)
            SELECT n, ${touchpoint}, ${channel}, 'bench', ${name}, ${at}, ${at}, json_array('user_id:u' || (${person})),
              json_object('product_id', 'p' || (n % 500), 'name', '智能水壶 ' || (n % 500), 'price', n % 900), json_object('page', 'https://shop.example/p/' || (n % 500))`],
        [touchpoints, `INSERT INTO timeline (identity, occurred_at, seq, name) SELECT 'user_id:u' || (${person}), ${at}, n, ${name}`],
        [people, `INSERT INTO profiles (id, founder, born_seq, born_at) SELECT ${profile}, 'user_id:u' || n, n, ${at}`],
        [people, `INSERT INTO identities (identity, profile, value, first_at, first_touchpoint) SELECT 'user_id:u' || n, ${profile}, 'u' || n, ${at}, ${touchpoint}`],
        [people, `INSERT INTO identities (identity, profile, value, first_at, first_touchpoint) SELECT 'email:u' || n || '@example.com', ${profile}, 'u' || n || '@example.com', ${at}, ${touchpoint}`],
        [people, `INSERT INTO identity_edges (a, b, occurred_at, touchpoint, verdict) SELECT 'email:u' || n || '@example.com', 'user_id:u' || n, ${at}, ${touchpoint}, 'joined'`],
        [people, `INSERT INTO trait_values (identity, field, value, occurred_at, touchpoint, channel) SELECT 'user_id:u' || n, 'name', '"王小明"', ${at}, ${touchpoint}, 'web'`],
        [people, `INSERT INTO counters (identity, name, day, count, sum_minor) SELECT 'user_id:u' || n, 'Product Viewed', 20000, 10, 0`],
        [people, `INSERT INTO messages (id, journey, step, entry_key, identity, media, purpose, content, gate, depth, status, reason, due_at, created_at, updated_at)
            SELECT 'msg_' || printf('%026d', n), CASE WHEN n % 1000 = 0 THEN 'rare' ELSE 'welcome' END, 'mail', '', 'user_id:u' || n, '["email"]', 'marketing', '{}', '{}', 0,
              CASE WHEN n < 40 THEN 'failed' ELSE 'sent' END, '', ${at}, ${at}, ${at}`],
        [people / 20, `INSERT INTO leads (id, identity, state, reason, places, owner, created_at, updated_at)
            SELECT 'led_' || printf('%026d', n), 'user_id:u' || n, CASE WHEN n % 10 = 0 THEN 'sales_ready' ELSE 'closed' END,
              '{"score":{"total":70,"parts":[]},"threshold":60}', '[]', 'rep-' || (n % 50), ${at}, ${at}`],
        [people / 20, `INSERT INTO tasks (id, kind, title, identity, lead, owner, source, detail, state, created_at)
            SELECT 'tsk_' || printf('%026d', n), 'follow_up_lead', 'Follow up', 'user_id:u' || n, 'led_' || printf('%026d', n), 'rep-' || (n % 50), 'lead', '{}',
              CASE WHEN n % 10 = 0 THEN 'open' ELSE 'done' END, ${at}`],
        [people, `INSERT INTO name_terms (term, identity) SELECT '王小', 'user_id:u' || n`],
        [people, `INSERT INTO name_terms (term, identity) SELECT '小明', 'user_id:u' || n`],
        [people, `INSERT INTO journey_runs (id, journey, version, identity, entry_key, state, step, reason, entered_at, ended_at, body)
            SELECT 'run_' || printf('%026d', n), 'welcome', 1, 'user_id:u' || n, '', 'exited', 'mail', 'completed', ${at}, ${at}, '{"entered":{"touchpoint":"tpt_0","name":"Signed Up","occurred_at":0,"properties":{}},"anchor_at":0,"step_at":0,"visits":1}'`],
    ];
    for (const [count, insert] of tables) {
        note(`${count} × ${insert.slice(12, insert.indexOf(" ", 12))}`);
        for (let from = 0; from < count; from += CHUNK) {
            const to = Math.min(count, from + CHUNK);
            await db.prepare(`WITH RECURSIVE k (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM k WHERE n < ${to - 1}) ${insert} FROM k`).run();
        }
    }
    await db.prepare(`INSERT INTO touchpoint_totals (channel, endpoint, name, count, first_seen_at, last_seen_at)
        SELECT channel, endpoint, name, count(*), min(received_at), max(received_at) FROM touchpoints GROUP BY 1, 2, 3`).run();
    await db.prepare("UPDATE consumers SET cursor = (SELECT max(seq) FROM touchpoints)").run();
}

const BUSY_ID = `prf_${String(BUSY).padStart(26, "0")}`;

/** Each list as the console asks for it: the first page, the rare filter, the busiest person. */
const LISTS = [
    ["customers", "profiles?limit=30"],
    ["customers, in the middle", `profiles?limit=30&cursor=prf_${"50000".padStart(26, "0")}`],
    ["search by name", `search?q=${encodeURIComponent("王小明")}`],
    ["search by e-mail", "search?q=u777@example.com"],
    ["the busiest person", `profiles/${BUSY_ID}`],
    ["the busiest person's timeline", `profiles/${BUSY_ID}/timeline?limit=30`],
    ["the same, one rare kind", `profiles/${BUSY_ID}/timeline?limit=30&name=Refund%20Requested`],
    ["the same, one rare channel", `profiles/${BUSY_ID}/timeline?limit=30&channel=wechat-official`],
    ["touchpoints", "touchpoints?limit=30"],
    ["touchpoints of a rare kind", "touchpoints?limit=30&channel=wechat-official&name=Refund%20Requested"],
    ["inventory", "inventory"],
    ["messages", "messages?limit=30"],
    ["messages that failed, all of them old", "messages?limit=30&status=failed"],
    ["messages of a rare journey that failed", "messages?limit=30&journey=rare&status=failed"],
    ["leads", "leads?limit=30"],
    ["leads of one rep, none of them accepted", "leads?limit=30&owner=rep-7&state=accepted"],
    ["to-dos of one rep, open", "tasks?limit=30&owner=rep-10&state=open"],
    ["runs of a journey", "journeys/welcome/runs?limit=20"],
    ["audit log", "audit?limit=50"],
    ["system", "health"],
];

/** Milliseconds: the median and the worst of some askings, one after the other. */
export async function measureLists(stack) {
    const found = [];
    for (const [label, path] of LISTS) {
        const times = [];
        let items;
        for (let n = 0; n < SAMPLES; n += 1) {
            const before = performance.now();
            const body = await stack.api("GET", `/api/v1/${path}`);
            times.push(performance.now() - before);
            items = body.items?.length;
        }
        times.sort((a, b) => a - b);
        found.push({ label, items, median: times[Math.floor(SAMPLES / 2)], worst: times[SAMPLES - 1], goal: GOAL_MS });
    }
    return found;
}
