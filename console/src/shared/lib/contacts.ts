// Which of a person's identities are ways to reach them, the best ones first.
import { parseIdentity } from "./format";
import { dialable, isMasked } from "./phone";

export interface Contact {
    kind: "phone" | "email" | "wechat";
    value: string;
    /** What a click does; nothing where the value is masked. */
    href?: string;
    masked: boolean;
}

const KINDS: Record<string, Contact["kind"]> = {
    phone: "phone",
    email: "email",
    wechat_openid: "wechat",
    wecom_external_userid: "wechat",
};
const ORDER: Contact["kind"][] = ["phone", "email", "wechat"];

/** An address that mail programs take: nothing in it can add a header or another recipient. */
function mailto(value: string): string | undefined {
    return /^[^\s<>,;:"@?&]+@[^\s<>,;:"@?&]+$/u.test(value)
        ? `mailto:${encodeURIComponent(value).replace("%40", "@")}`
        : undefined;
}

export function contactsOf(identities: readonly string[]): Contact[] {
    const found = identities.flatMap((identity): Contact[] => {
        const { kind: id, value } = parseIdentity(identity);
        const kind = KINDS[id];
        if (!kind || !value) return [];
        const masked = isMasked(value);
        const href = masked
            ? undefined
            : kind === "phone"
              ? dialable(value)
              : kind === "email"
                ? mailto(value)
                : undefined;
        return [{ kind, value, href, masked }];
    });
    return found.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
