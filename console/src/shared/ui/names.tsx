// What machines call things, in words: events, channels, media, purposes, traits, codes. Where there is no
// word, the name is shown as what it is, in a code mark: a company's own events and ids have no other.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "../api/client";
import { useMay } from "../api/session";

export type NameGroup =
    | "actor"
    | "channel"
    | "choice"
    | "code"
    | "consumer"
    | "event"
    | "exit"
    | "internalJourney"
    | "medium"
    | "messageReason"
    | "messageStatus"
    | "notice"
    | "path"
    | "purpose"
    | "setting"
    | "taskKind"
    | "trait"
    | "verdict";

/** The word for a name, by the catalog `names`. Names hold dots, so that they are looked up as they are. */
export function useNames(): (group: NameGroup, name: string) => string | undefined {
    const { i18n } = useTranslation("names");
    const bundle = i18n.getResourceBundle(i18n.language, "names") as Record<string, Record<string, string>> | undefined;
    return (group, name) => (Object.hasOwn(bundle?.[group] ?? {}, name) ? bundle?.[group]?.[name] : undefined);
}

/** An id, a code, a name that a machine gave: shown as it is, and marked as such. */
export function Id({ children }: { children: ReactNode }) {
    return <code className="id">{children}</code>;
}

/** The word for a name; without one the name itself, marked as such. */
export function Named({ group, name }: { group: NameGroup; name: string }) {
    const names = useNames();
    const word = names(group, name);
    return word ? <>{word}</> : <Id>{name}</Id>;
}

/** What touchpoints and channels are called: everybody may know who sees touchpoints. */
export function useVocabulary() {
    const may = useMay("touchpoints:view");
    return useQuery({
        queryKey: ["vocabulary"],
        queryFn: () => answer(api.GET("/api/v1/vocabulary")),
        enabled: may,
        staleTime: Infinity,
    });
}

/** What a touchpoint's name means; nothing for a name of the company's own. */
export function useWord(): (name: string) => string | undefined {
    const { i18n } = useTranslation();
    const names = useNames();
    const { data } = useVocabulary();
    const language = i18n.language === "zh" ? "zh" : "en";
    return (name) => {
        const term = data?.items.find((item) => item.name === name || item.also.includes(name));
        return term ? term[language] : names("event", name);
    };
}

export function EventName({ name }: { name: string }) {
    const word = useWord()(name);
    return word ? <>{word}</> : <Id>{name}</Id>;
}

/** Several events in a row. */
export function EventNames({ names }: { names: readonly string[] }) {
    const { i18n } = useTranslation();
    return (
        <Joined
            items={names.map((name) => (
                <EventName key={name} name={name} />
            ))}
            language={i18n.language}
        />
    );
}

/** What a channel is called. */
export function useChannelName(): (channel: string) => string | undefined {
    const { i18n } = useTranslation();
    const names = useNames();
    const { data } = useVocabulary();
    const language = i18n.language === "zh" ? "zh" : "en";
    return (channel) => data?.channels.find((one) => one.id === channel)?.label[language] ?? names("channel", channel);
}

/** What people call an endpoint; nothing where it goes by its id. */
export function useEndpointName(): (channel: string, endpoint: string) => string | undefined {
    const { data } = useVocabulary();
    return (channel, endpoint) => data?.endpoints.find((one) => one.channel === channel && one.id === endpoint)?.label;
}

export function EndpointName({ channel, endpoint }: { channel: string; endpoint: string }) {
    return <>{useEndpointName()(channel, endpoint) ?? <Id>{endpoint}</Id>}</>;
}

/** The channel, and which of its accounts. */
export function ChannelName({ channel, endpoint }: { channel: string; endpoint?: string | null }) {
    const name = useChannelName()(channel);
    return (
        <>
            {name ?? <Id>{channel}</Id>}
            {endpoint && (
                <>
                    {" · "}
                    <EndpointName channel={channel} endpoint={endpoint} />
                </>
            )}
        </>
    );
}

/** What a consent is about: by which medium, for which purpose. */
export function ConsentFor({ medium, purpose }: { medium: string; purpose: string }) {
    return (
        <>
            <Named group="medium" name={medium} />
            {" · "}
            <Named group="purpose" name={purpose} />
        </>
    );
}

/** `email, sms` in words. */
export function Media({ media }: { media: readonly string[] }) {
    const { i18n } = useTranslation();
    const items = media.map((medium) => <Named key={medium} group="medium" name={medium} />);
    return <Joined items={items} language={i18n.language} />;
}

function Joined({ items, language }: { items: ReactNode[]; language: string }) {
    const comma = language.startsWith("zh") ? "、" : ", ";
    return (
        <>
            {items.map((item, index) => (
                <span key={index}>
                    {index > 0 && comma}
                    {item}
                </span>
            ))}
        </>
    );
}
