// What a delivery's detail says: `email a@b.example via mailbox`, `aliyun-sms/main`, which consent counted, or an
// answer in the provider's words.

export interface Consent {
    state: "granted" | "withdrawn";
    medium: string;
    purpose: string;
    at: number;
    touchpoint: string;
}

export interface Detail {
    medium?: string;
    address?: string;
    /** `channel/endpoint` or `mailbox`; nothing where the detail says something else. */
    provider?: string;
    /** The statement that decided. */
    consent?: Consent;
}

const PROVIDER = /^(?:mailbox|[a-z][a-z0-9-]*\/[\w.-]+)$/u;
const CONSENT = /(?:^|; )consent (granted|withdrawn): ([^,]+), ([^,]+), ([^,]+), (tpt_\w+)$/u;

function consentOf(text: string): Consent | undefined {
    const [, state, medium = "", purpose = "", time = "", touchpoint = ""] = CONSENT.exec(text) ?? [];
    const at = Date.parse(time);
    if (Number.isNaN(at)) return undefined;
    return { state: state === "granted" ? "granted" : "withdrawn", medium, purpose, at, touchpoint };
}

export function detailOf(text: string): Detail {
    const consent = consentOf(text);
    const rest = consent ? text.replace(CONSENT, "") : text;
    const said = consent ? { consent } : {};
    if (PROVIDER.test(rest)) return { ...said, provider: rest };
    const [, medium, address, provider] = /^(\S+) (.+) via (\S+)$/u.exec(rest) ?? [];
    return provider && PROVIDER.test(provider) ? { ...said, medium, address, provider } : said;
}
