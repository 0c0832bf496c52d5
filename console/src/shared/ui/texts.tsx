// Small pieces that say a thing the same way everywhere.
import { CopyOutlined } from "@ant-design/icons";
import { App, Button, Tag, Tooltip } from "antd";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { suiteNow } from "../lib/clock";
import { fullTime, parseIdentity, relativeTime } from "../lib/format";

export function TimeText({ at }: { at: number | null | undefined }) {
    const { t, i18n } = useTranslation("shared");
    const [now, setNow] = useState(suiteNow);
    useEffect(() => {
        const timer = setInterval(() => setNow(suiteNow()), 60_000);
        return () => clearInterval(timer);
    }, []);
    if (at === null || at === undefined) return <span>{t("never")}</span>;
    return (
        <Tooltip title={fullTime(at, i18n.language)}>
            <time dateTime={new Date(at).toISOString()}>{relativeTime(at, now, i18n.language)}</time>
        </Tooltip>
    );
}

export function useKindName(): (kind: string) => string {
    const { t, i18n } = useTranslation("shared");
    return (kind) => (i18n.exists(`shared:kind.${kind}`) ? t(`kind.${kind}` as "kind.phone") : kind);
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

/** An identity: its kind in words, its value as it is. */
export function IdentityTag({ identity }: { identity: string }) {
    const kindName = useKindName();
    const { kind, scope, value } = parseIdentity(identity);
    return (
        <Tooltip title={scope || undefined}>
            <Tag variant="outlined" style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}>
                {kindName(kind)} <bdi>{value}</bdi>
            </Tag>
        </Tooltip>
    );
}

export function CopyButton({ text }: { text: string }) {
    const { t } = useTranslation("shared");
    const { message } = App.useApp();
    const copy = () => void navigator.clipboard.writeText(text).then(() => message.success(t("copied")));
    return (
        <Button icon={<CopyOutlined aria-hidden />} onClick={copy}>
            {t("copy")}
        </Button>
    );
}
