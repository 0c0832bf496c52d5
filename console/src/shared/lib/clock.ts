// The suite's clock. A browser's own may be wrong, and where the suite is developed time is moved on.

let ahead = 0;

/** What the suite said the time is. */
export function setClock(now: number): void {
    ahead = now - Date.now();
}

export function suiteNow(): number {
    return Date.now() + ahead;
}
