import { useTranslation } from "react-i18next";
import { StateTag, type Tone } from "../../shared/ui/texts";

const TONES: Record<string, Tone> = { sent: "good", failed: "bad", unknown: "bad", skipped: "warn" };

export function StatusTag({ status }: { status: string }) {
    const { t, i18n } = useTranslation("messages");
    const known = i18n.exists(`messages:status.${status}`);
    return <StateTag tone={TONES[status] ?? "plain"}>{known ? t(`status.${status}` as "status.sent") : status}</StateTag>;
}
