// Small pieces that say a thing the same way everywhere.
import { CopyOutlined } from "@ant-design/icons";
import { Button, Tag, Tooltip } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { suiteNow } from "../lib/clock";
import { parseIdentity } from "../lib/format";
import { isPhone, phone } from "../lib/phone";
import { fullTime, relativeTime } from "../lib/time";
import { Id } from "./names";
import { toast } from "./toast";

export function TimeText({ at }: { at: number | null | undefined }) {
    const { t, i18n } = useTranslation("shared");
    const [now, setNow] = useState(suiteNow);
    useEffect(() => {
        const timer = setInterval(() => setNow(suiteNow()), 60_000);
        return () => clearInterval(timer);
    }, []);
    if (at === null || at === undefined) return <span>{t("never")}</span>;
    return (
        <Tooltip title={fullTime(at, i18n.language)} trigger={["hover", "click"]}>
            <time dateTime={new Date(at).toISOString()}>{relativeTime(at, now, i18n.language)}</time>
        </Tooltip>
    );
}

export function useKindName(): (kind: string) => string | undefined {
    const { t, i18n } = useTranslation("shared");
    return (kind) => (i18n.exists(`shared:kind.${kind}`) ? t(`kind.${kind}` as "kind.phone") : undefined);
}

export type Tone = "good" | "bad" | "warn" | "plain";

/** A state in a word. The colours of the library's own tags are too pale to be read by everybody. */
export function StateTag({ tone, children }: { tone: Tone; children: ReactNode }) {
    const style = tone === "plain" ? undefined : { color: `var(--${tone})`, borderColor: "currentColor" };
    return (
        <Tag variant="outlined" style={style}>
            {children}
        </Tag>
    );
}

/** An identity's value: a number in one form, an address as it is, anything else is an id. */
export function IdentityValue({ kind, value }: { kind: string; value: string }) {
    if (kind === "phone") return <bdi>{phone(value)}</bdi>;
    if (kind === "email") return <bdi>{value}</bdi>;
    return <Id>{value}</Id>;
}

/** An identity: its kind in words, its value as it is. */
export function IdentityTag({ identity }: { identity: string }) {
    const kindName = useKindName();
    const { kind, scope, value } = parseIdentity(identity);
    return (
        <Tooltip title={scope || undefined}>
            <Tag variant="outlined" style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>
                {kindName(kind) ?? <Id>{kind}</Id>} <IdentityValue kind={kind} value={value} />
            </Tag>
        </Tooltip>
    );
}

/** Where a message went: a number in one form, an address or an id as it is. */
export function Address({ address }: { address: string }) {
    if (isPhone(address)) return <bdi>{phone(address)}</bdi>;
    return address.includes("@") ? <bdi>{address}</bdi> : <Id>{address}</Id>;
}

export function CopyButton({ text, small = false }: { text: string; small?: boolean }) {
    const { t } = useTranslation("shared");
    const copy = () => void navigator.clipboard.writeText(text).then(() => toast(t("copied")));
    return (
        <Button size={small ? "small" : "middle"} icon={<CopyOutlined aria-hidden />} onClick={copy}>
            {t("copy")}
        </Button>
    );
}
