// The bill: rows read and written for one event of each kind, exactly. Not a matter of speed, so a
// test holds the ceilings (tests/clients/rows.test.mjs).

import { HEADERS, cart, identify, order, pageView } from "./events.mjs";

const MINUTE_MS = 60_000;
const CALM_MS = 400;
/** Asks and answers the API; what it reads concerns no event. */
const NOT_COUNTED = "admin";
const BATCH = 100;
/** A reader that nothing concerns moves its cursor every 64 touchpoints: that is in the ceilings. */
const SINGLES = 8;

/** Each: what to send (a list of requests, each a list of events) and the ceilings for rows an event. */
export const KINDS = [
    { id: "page", label: "page view of a known visitor, alone", written: 5.2, read: 400, requests: () => times(SINGLES, (n) => [pageView(n, `page-${n}`)]) },
    { id: "page_batch", label: `page views of known visitors, ${BATCH} a request`, written: 4.2, read: 25, requests: () => [times(BATCH, (n) => pageView(n, `pages-${n}`))] },
    { id: "duplicate", label: "the same event again", written: 0, read: 2, requests: () => times(SINGLES, (n) => [pageView(n, `page-${n}`)]) },
    { id: "duplicate_batch", label: `the same ${BATCH} events again`, written: 0, read: 2, requests: () => [times(BATCH, (n) => pageView(n, `pages-${n}`))] },
    { id: "order", label: "order of a known person", written: 7, read: 400, requests: () => times(SINGLES, (n) => [order(n, `order-${n}`)]) },
    { id: "identify", label: "identify of a new person with three identities and a name", written: 26, read: 400, requests: () => times(SINGLES, (n) => [identify(`new-${n}`, `new-${n}`)]) },
    { id: "cart", label: "cart event that starts a run", written: 18, read: 500, requests: () => times(SINGLES, (n) => [cart(n, `cart-${n}`)]) },
];

/** `api(path)` answers `{status, body}`. Returns `null` where the build does not tell its usage. */
export async function measureRows(url, api) {
    if ((await api("/dev/usage")).status === 404) return null;
    const meter = new Meter(url, api);
    await meter.known(BATCH);
    const found = [];
    for (const kind of KINDS) found.push({ ...kind, ...(await meter.measure(kind)) });
    return found;
}

class Meter {
    #url;
    #api;

    constructor(url, api) {
        this.#url = url;
        this.#api = api;
    }

    /** Steady state: these visitors, their counters of today and what is written once are there. */
    async known(count) {
        await this.#post(times(count, (n) => identify(n, `known-${n}`)));
        await this.#calm();
        await this.#post(times(count, (n) => pageView(n, `known-page-${n}`)));
        await this.#calm();
    }

    async measure({ requests }) {
        await avoidTheMinute();
        let events = 0;
        const before = await this.#calm();
        // One after the other, each with all that follows from it: nothing shares its page.
        for (const batch of requests()) {
            await this.#post(batch);
            await this.#calm();
            events += batch.length;
        }
        const after = await this.#calm();
        const each = (name) => (after[name] - before[name]) / events;
        return { events, rowsWritten: each("rows_written"), rowsRead: each("rows_read"), statements: each("statements") };
    }

    async #post(batch) {
        const [path, body] = batch.length === 1 ? [`/v1/${batch[0].type}`, batch[0]] : ["/v1/batch", { batch }];
        const answer = await fetch(`${this.#url}${path}`, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
        const text = await answer.text();
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
    }

    /** The usage of all functions together, once it stands still and the log is worked off. */
    async #calm() {
        let last = await this.#usage();
        let since = performance.now();
        for (let tries = 0; tries < 600; tries += 1) {
            await new Promise((resolve) => setTimeout(resolve, 50));
            const now = await this.#usage();
            if (now.statements !== last.statements) [last, since] = [now, performance.now()];
            if (performance.now() - since < CALM_MS) continue;
            if (await this.#isCaughtUp()) return now;
            since = performance.now();
        }
        throw new Error("the functions do not come to rest");
    }

    async #usage() {
        const sum = { statements: 0, rows_read: 0, rows_written: 0 };
        for (const [name, usage] of Object.entries(await this.#get("/dev/usage"))) {
            if (name === NOT_COUNTED) continue;
            for (const key of Object.keys(sum)) sum[key] += usage[key];
        }
        return sum;
    }

    async #isCaughtUp() {
        const { consumers } = await this.#get("/api/v1/health");
        return consumers.find((one) => one.name === "profile-merge").backlog === 0;
    }

    async #get(path) {
        const { status, body } = await this.#api(path);
        if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
        return body;
    }
}

/** A tick writes rows of its own. */
async function avoidTheMinute() {
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < 15_000) await new Promise((resolve) => setTimeout(resolve, left + 1_500));
}

function times(count, make) {
    return Array.from({ length: count }, (_, n) => make(n));
}
