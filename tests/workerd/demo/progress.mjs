// What the demo is doing: one line that changes on a terminal, a line per phase elsewhere.

const WIDTH = 24;

export class Progress {
    #live = process.stdout.isTTY;
    #label = "";
    #done = 0;
    #total = 0;
    #started = 0;

    /** Runs a phase; `total` steps of it are reported with `step`. */
    async phase(label, total, work) {
        [this.#label, this.#total, this.#done, this.#started] = [label, total, 0, performance.now()];
        this.#draw();
        const result = await work((count = 1) => this.step(count));
        const seconds = ((performance.now() - this.#started) / 1_000).toFixed(1);
        const what = total > 1 ? `  ${total}` : "";
        this.#write(`demo  ${label}${what}  ${seconds} s`, "\n");
        return result;
    }

    step(count) {
        this.#done += count;
        this.#draw();
    }

    #draw() {
        if (!this.#live) return;
        const filled = this.#total > 1 ? Math.round((WIDTH * this.#done) / this.#total) : 0;
        const bar = this.#total > 1 ? `  ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}  ${this.#done}/${this.#total}` : " …";
        this.#write(`demo  ${this.#label}${bar}`, "");
    }

    #write(text, end) {
        process.stdout.write(this.#live ? `\r\x1b[2K${text}${end}` : `${text}${end}`);
    }
}
