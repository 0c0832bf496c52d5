// A telephone number in one form, whether it came as typed, as stored or masked: the same number must not
// look like three people. Numbers of mainland China are written as people there write them.

/** Country codes of one and of two digits; every other has three. */
const SHORT_CODES = new Set(
    (
        "1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 " +
        "81 82 84 86 90 91 92 93 94 95 98"
    ).split(" "),
);
/** What may stand between digits, and the zero-width characters that are copied along. */
const AIR = /[\s\u00a0\u200b-\u200f\ufeff().\-–·]/gu;
/** A tail that tells masked values apart, or an extension. */
const TAIL = /^(.*?)(?:#[a-z0-9]+)?(?:;ext=(\d+))?$/iu;

/** Whether this is a telephone number and nothing else. */
export function isPhone(text: string): boolean {
    const bare = text.replace(AIR, "");
    return (
        /^(\+|00)?[\d*]{7,15}(#[a-z0-9]+)?(;ext=\d+)?$/iu.test(bare) && /^\+|\*|^00|^1\d{10}$|^0\d{9,11}$/u.test(bare)
    );
}

export const isMasked = (text: string): boolean => text.includes("*");

/** `138 0013 8000`, `138 **** 8000`, `+1 415 555 2671`; what is no number stays as it is. */
export function phone(text: string): string {
    if (!isPhone(text)) return text;
    const [, number = "", extension] = TAIL.exec(text.replace(AIR, "")) ?? [];
    const shown = grouped(number.replace(/^00/u, "+"));
    return extension ? `${shown} - ${extension}` : shown;
}

/** The address that dials; nothing where the number is masked or dials nothing. */
export function dialable(text: string): string | undefined {
    if (!isPhone(text) || isMasked(text)) return undefined;
    const [, number = "", extension] = TAIL.exec(text.replace(AIR, "")) ?? [];
    return `tel:${number.replace(/^00/u, "+")}${extension ? `,${extension}` : ""}`;
}

function grouped(number: string): string {
    const national = number.replace(/^\+86(?=[\d*]{10,11}$)/u, "");
    const mobile = /^(1\d\d)[\d*]+?([\d*]{4})$/u.exec(national);
    // However many digits a mask left: the first three and the last four are what people compare.
    if (mobile && isMasked(national)) return `${mobile[1]} **** ${mobile[2]}`;
    if (mobile && national.length === 11) return `${mobile[1]} ${national.slice(3, 7)} ${mobile[2]}`;
    if (number.startsWith("+86")) return landline(`0${national}`);
    if (!number.startsWith("+")) return /^0\d/u.test(number) ? landline(number) : number;
    const digits = number.slice(1);
    const length = [1, 2].find((size) => SHORT_CODES.has(digits.slice(0, size))) ?? 3;
    const rest = digits.slice(length);
    if (isMasked(rest)) return `+${digits.slice(0, length)} ${rest.replace(/\*+/u, " **** ").trim()}`;
    return `+${digits.slice(0, length)} ${inGroups(rest)}`;
}

/** Area codes of two digits are 10 and 20 to 29. */
function landline(number: string): string {
    const area = /^0(?:10|2\d)/u.test(number) ? 3 : 4;
    return `${number.slice(0, area)} ${inGroups(number.slice(area))}`;
}

/** The last four together, before them threes: 555 2671, 9123 4567, 415 555 2671. */
function inGroups(digits: string): string {
    if (digits.length <= 4) return digits;
    if (digits.length === 8) return `${digits.slice(0, 4)} ${digits.slice(4)}`;
    const head = digits.slice(0, -4);
    const first = head.length % 3 || 3;
    const threes = head.slice(first).match(/\d{3}/gu) ?? [];
    return [head.slice(0, first), ...threes, digits.slice(-4)].join(" ");
}
