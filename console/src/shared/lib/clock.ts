// The suite's clock and the company's time zone. A browser's own may be wrong, and where the suite is
// developed time is moved on.

let ahead = 0;
let zone = "Asia/Shanghai";

/** What the suite said the time is. */
export function setClock(now: number): void {
    ahead = now - Date.now();
}

export function suiteNow(): number {
    return Date.now() + ahead;
}

/** The company's time zone; a name that this browser does not know leaves the one before. */
export function setTimeZone(name: string | undefined): void {
    if (name && isTimeZone(name)) zone = name;
}

export function timeZone(): string {
    return zone;
}

function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return true;
    } catch {
        return false;
    }
}
