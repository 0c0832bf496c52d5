import { Flex, Select, Switch, Tag, Typography } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useList, useText } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { ChannelName, EventName, Id, useChannelName, useNames, useVocabulary, useWord } from "../../shared/ui/names";
import { TimeText } from "../../shared/ui/texts";
import { useTimeline, type Touchpoint } from "./data";
import { isFresh, newest, type Place } from "./fresh";
import { contentOf } from "./content";

const OWN = "tributary";

/** Every touchpoint, newest first, new ones as they happen. What the suite itself noted only when asked for. */
export function Timeline({ id }: { id: string }) {
    const { t } = useTranslation("profiles");
    const [channels, setChannels] = useList("channel");
    const [names, setNames] = useList("name");
    const [own, setOwn] = useText("own");
    const query = useTimeline(id, { channels, names, own: own === "true" });
    const items = query.data?.pages.flatMap((page) => page.items) ?? [];
    const began = useBeginning(JSON.stringify([channels, names, own]), items);
    return (
        <Flex vertical gap={12}>
            <Flex wrap gap={8} align="center">
                <ChannelFilter chosen={channels} onChosen={setChannels} seen={items} />
                <NameFilter chosen={names} onChosen={setNames} seen={items} own={own === "true"} />
                <label className="switch">
                    <Switch size="small" checked={own === "true"} onChange={(on) => setOwn(on ? "true" : undefined)} />
                    {t("timeline.own")}
                </label>
            </Flex>
            <CursorList
                query={query}
                keyOf={(item) => item.id}
                row={(item) => <Entry item={item} fresh={isFresh(item, began)} />}
                empty={t("timeline.empty")}
            />
        </Flex>
    );
}

/** The newest that was there when one began to look: at another part one begins anew. */
function useBeginning(part: string, items: readonly Touchpoint[]): Place | undefined {
    const began = useRef<{ part: string; at?: Place }>({ part });
    if (began.current.part !== part) began.current = { part };
    began.current.at ??= newest(items);
    return began.current.at;
}

interface FilterProps {
    chosen: string[];
    onChosen: (values: string[]) => void;
    seen: readonly Touchpoint[];
}

function ChannelFilter({ chosen, onChosen, seen }: FilterProps) {
    const { t } = useTranslation("profiles");
    const channelName = useChannelName();
    const known = useVocabulary().data?.channels.map((one) => one.id) ?? [];
    const ids = [...new Set([...seen.map((item) => item.channel), ...chosen, ...known, "qr", "form"])];
    const options = ids.filter((id) => id !== OWN).map((id) => ({ value: id, label: channelName(id) ?? id }));
    return <Choice label={t("timeline.channel")} options={options} chosen={chosen} onChosen={onChosen} />;
}

function NameFilter({ chosen, onChosen, seen, own }: FilterProps & { own: boolean }) {
    const { t, i18n } = useTranslation("profiles");
    const word = useWord();
    const names = useNames();
    const terms = useVocabulary().data?.items.map((term) => term.name) ?? [];
    const bundle = (i18n.getResourceBundle(i18n.language, "names") ?? {}) as { event?: Record<string, string> };
    const suites = own ? Object.keys(bundle.event ?? {}).filter((name) => names("event", name)) : [];
    const ids = [...new Set([...seen.map((item) => item.name), ...chosen, ...terms, ...suites])];
    const options = ids.map((id) => ({ value: id, label: word(id) ?? id }));
    return <Choice label={t("timeline.name")} options={options} chosen={chosen} onChosen={onChosen} />;
}

interface ChoiceProps {
    label: string;
    options: { value: string; label: string }[];
    chosen: string[];
    onChosen: (values: string[]) => void;
}

function Choice({ label, options, chosen, onChosen }: ChoiceProps) {
    return (
        <Select
            mode="multiple"
            allowClear
            maxTagCount="responsive"
            aria-label={label}
            placeholder={label}
            showSearch={{ optionFilterProp: "label" }}
            value={chosen}
            onChange={onChosen}
            options={options}
            style={{ flex: "1 1 200px", maxWidth: 320 }}
        />
    );
}

function Entry({ item, fresh }: { item: Touchpoint; fresh: boolean }) {
    const { t, i18n } = useTranslation("profiles");
    const properties = Object.keys(item.properties as object).length > 0;
    const content = contentOf(item.properties, i18n.language);
    const said = (item.context as Record<string, unknown> | null)?.time_unreadable;
    const unreadable = typeof said === "string" ? said : undefined;
    return (
        <div className={fresh ? "fresh" : undefined}>
            <Flex wrap gap={8} justify="space-between">
                <span>
                    <Typography.Text strong>
                        <EventName name={item.name} />
                    </Typography.Text>{" "}
                    <Tag variant="outlined">
                        <ChannelName channel={item.channel} endpoint={item.endpoint} />
                    </Tag>
                </span>
                <span>
                    {unreadable && <Tag color="warning">{t("timeline.timeUnreadable", { text: unreadable })}</Tag>}
                    <TimeText at={item.occurred_at} />
                </span>
            </Flex>
            {content.words && <div className="content">{content.words}</div>}
            {content.address && <Id>{content.address}</Id>}
            {properties && (
                <details>
                    <summary>{t("timeline.details")}</summary>
                    <pre className="payload" tabIndex={0}>
                        {JSON.stringify(item.properties, null, 2)}
                    </pre>
                </details>
            )}
        </div>
    );
}
