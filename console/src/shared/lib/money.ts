// Money in minor units, written with as many decimals as its currency has by ISO 4217. Browsers follow
// another list, in which the forint and the afghani have none.

const DECIMALS: Record<string, number> = Object.fromEntries([
    ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0]),
    ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3]),
    ..."CLF UYW".split(" ").map((code) => [code, 4]),
]);

const isCurrency = (text: string | undefined): text is string => text !== undefined && /^[A-Z]{3}$/u.test(text);

/** The amount as a decimal text: no floating point on the way. */
function decimal(minor: number, places: number): `${number}` {
    const whole = Math.trunc(Math.abs(minor))
        .toString()
        .padStart(places + 1, "0");
    const cut = whole.length - places;
    const text = places === 0 ? whole : `${whole.slice(0, cut)}.${whole.slice(cut)}`;
    return `${minor < 0 ? "-" : ""}${text}` as `${number}`;
}

/** `¥1,234.50`; without a currency a bare number, which claims none. */
export function money(minor: number, currency: string | undefined, language: string): string {
    const code = currency?.trim().toUpperCase();
    const places = isCurrency(code) ? (DECIMALS[code] ?? 2) : 2;
    const style = isCurrency(code) ? { style: "currency" as const, currency: code } : {};
    const format = new Intl.NumberFormat(language, {
        ...style,
        minimumFractionDigits: places,
        maximumFractionDigits: places,
    });
    return format.format(decimal(minor, places));
}

/** Sums by currency, the largest number of orders first: ¥ and $ are never added. */
export function sumsText(sums: readonly { currency?: string | null; minor: number }[], language: string): string {
    const byCurrency = new Map<string, number>();
    for (const { currency, minor } of sums) {
        const code = currency?.trim().toUpperCase() ?? "";
        byCurrency.set(code, (byCurrency.get(code) ?? 0) + minor);
    }
    const shown = [...byCurrency].filter(([, minor]) => minor !== 0);
    return shown.map(([currency, minor]) => money(minor, currency || undefined, language)).join(" + ");
}
