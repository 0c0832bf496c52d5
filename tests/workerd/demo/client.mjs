// The suite as its users see it: the API, and on a development installation its clock.

const TRIES = 6;

export class Client {
    #token;
    #ahead = 0;

    constructor(url, token) {
        this.url = url.replace(/\/+$/, "");
        this.#token = token;
    }

    /** The suite's time: it may be ahead of this machine's. */
    now() {
        return Date.now() + this.#ahead;
    }

    /** A busy suite says so, or the connection drops: the same again is safe, for every delivery has an id. */
    async send(path, init) {
        for (let left = TRIES - 1; ; left -= 1) {
            let trouble;
            try {
                const answer = await fetch(`${this.url}${path}`, init);
                const text = await answer.text();
                if (answer.status < 500 && answer.status !== 429) return { status: answer.status, text };
                trouble = `${answer.status} ${text}`;
            } catch (error) {
                trouble = error.cause?.message ?? error.message;
            }
            if (left === 0) throw new Error(`${path}: ${trouble}`);
            await new Promise((resolve) => setTimeout(resolve, (TRIES - left) * 200));
        }
    }

    async api(method, path, body) {
        const headers = { authorization: `Bearer ${this.#token}`, "content-type": "application/json" };
        const { status, text } = await this.send(path, { method, headers, body: body && JSON.stringify(body) });
        return { status, body: text ? JSON.parse(text) : undefined };
    }

    /** The body of an answer that must be a success. */
    async ask(method, path, body) {
        const answer = await this.api(method, path, body);
        if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
        return answer.body;
    }

    get(path) {
        return this.ask("GET", path);
    }

    /** All items of a list, page after page. */
    async all(path) {
        const found = [];
        let cursor = "";
        do {
            const next = cursor && `&cursor=${encodeURIComponent(cursor)}`;
            const { items, next_cursor } = await this.get(`${path}${path.includes("?") ? "&" : "?"}limit=200${next}`);
            found.push(...items);
            cursor = next_cursor;
        } while (cursor);
        return found;
    }

    /** Moves the clock forward and waits until all that falls due by then is done. */
    async advance(bySeconds = 0) {
        const { now } = await this.ask("POST", "/dev/advance", { by_seconds: bySeconds });
        this.#ahead = Date.parse(now) - Date.now();
    }

    /** To this moment, unless it is over. */
    async advanceTo(at) {
        await this.advance(Math.max(0, Math.ceil((at - this.now()) / 1_000)));
    }
}
