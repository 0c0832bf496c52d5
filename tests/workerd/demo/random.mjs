// Chance that is the same every time: the demo loads the same company wherever it runs.

/** Mulberry32. */
export class Random {
    #state;

    constructor(seed) {
        this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
    }

    /** From 0 up to 1, exclusive. */
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    }

    /** A whole number, both ends included. */
    between(low, high) {
        return low + Math.floor(this.next() * (high - low + 1));
    }

    chance(probability) {
        return this.next() < probability;
    }

    pick(list) {
        return list[this.between(0, list.length - 1)];
    }
}
