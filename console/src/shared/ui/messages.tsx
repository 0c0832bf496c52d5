// A message in a list: what it says, or what it is for, and what became of it.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../api/client";
import { useMay } from "../api/session";
import { currentLanguage } from "../i18n";
import { Id, useNames } from "./names";
import { StateTag, type Tone } from "./texts";

type Message = Schemas["Message"];

const TONES: Record<string, Tone> = { sent: "good", failed: "bad", unknown: "bad", skipped: "warn" };

export function MessageStatusTag({ status, reason }: { status: string; reason?: string }) {
    const names = useNames();
    const why = reason && names("messageReason", reason);
    return (
        <StateTag tone={TONES[status] ?? "plain"}>
            {names("messageStatus", status) ?? <Id>{status}</Id>}
            {why && ` · ${why}`}
            {reason && !why && <Id>{reason}</Id>}
        </StateTag>
    );
}

/** Why a message has its status, in a sentence. */
export function MessageReason({ reason }: { reason: string }) {
    return <>{useNames()("messageReason", reason) ?? <Id>{reason}</Id>}</>;
}

/** What a journey is called; the suite's own senders have names of their own. */
export function useJourneyName(): (journey: string) => string | undefined {
    const names = useNames();
    const may = useMay("journeys:view");
    const { data } = useQuery({
        queryKey: ["journeys"],
        queryFn: () => answer(api.GET("/api/v1/journeys")),
        enabled: may,
        staleTime: 60_000,
    });
    return (journey) => {
        const definition = data?.items.find((one) => one.id === journey)?.definition as
            { name?: Schemas["Text"] } | undefined;
        const language = currentLanguage();
        const name = definition?.name;
        return (
            names("internalJourney", journey) ??
            (name?.[language] || name?.[language === "zh" ? "en" : "zh"] || undefined)
        );
    };
}

export function JourneyName({ journey }: { journey: string }) {
    return <>{useJourneyName()(journey) ?? <Id>{journey}</Id>}</>;
}

/** The subject, else how the text begins, else which sender it came from. */
export function MessageTitle({ message }: { message: Message }) {
    const { t } = useTranslation("shared");
    const names = useNames();
    const said = message.rendered?.subject || message.rendered?.text?.slice(0, 60);
    if (said) return <>{said}</>;
    const notice = names("notice", message.step);
    return notice ? (
        <>{notice}</>
    ) : (
        <>
            {t("messageOf")} <JourneyName journey={message.journey} />
        </>
    );
}
