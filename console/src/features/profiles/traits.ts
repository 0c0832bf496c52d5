// A trait's value in words: numbers of telephones in one form, lists as a list, yes and no.
import { listText } from "../../shared/lib/format";
import { isPhone, phone } from "../../shared/lib/phone";

export interface Shown {
    words?: string;
    /** What has no words: shown as it is, and marked as such. */
    machine?: string;
}

export interface Said {
    yes: string;
    no: string;
    language: string;
}

const PHONES = new Set(["phone", "mobile", "tel", "telephone", "phone_number", "mobile_phone"]);
/** Fields that hold ids, whatever they look like. */
const IDS = /(^|_)(openid|unionid|id|key|token)$/u;

/** Fields that hold a language or a country by its code. */
const CODES: Record<string, Intl.DisplayNamesOptions["type"]> = {
    locale: "language",
    language: "language",
    lang: "language",
    country: "region",
    country_code: "region",
    currency: "currency",
};

/** `zh-CN` and `DE` by their names; nothing for what is no code. */
function codeName(field: string, value: string, language: string): string | undefined {
    const type = CODES[field];
    const code = value.trim().replace("_", "-");
    if (!type || !/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/iu.test(code)) return undefined;
    try {
        const name = new Intl.DisplayNames(language, { type, fallback: "none" }).of(
            type === "language" ? code : code.toUpperCase(),
        );
        return name;
    } catch {
        return undefined;
    }
}

export function traitText(field: string, value: unknown, said: Said): Shown {
    if (value === true) return { words: said.yes };
    if (value === false) return { words: said.no };
    if (typeof value === "number") return { words: new Intl.NumberFormat(said.language).format(value) };
    if (typeof value === "string") {
        const called = codeName(field, value, said.language);
        if (called) return { words: called };
        if (PHONES.has(field) || isPhone(value)) return { words: phone(value) };
        return IDS.test(field) ? { machine: value } : { words: value };
    }
    if (Array.isArray(value) && value.every((one) => typeof one === "string" || typeof one === "number")) {
        return { words: listText(value.map(String), said.language) };
    }
    return { machine: JSON.stringify(value) };
}
