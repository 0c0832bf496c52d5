import { Flex, Input, Tag, Typography } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { CursorList } from "../../shared/ui/CursorList";
import { useWord } from "../../shared/api/vocabulary";
import { TimeText } from "../../shared/ui/texts";
import { useTimeline, type Touchpoint } from "./data";

/** Every touchpoint, newest first, new ones as they happen; of one kind where it is given. */
export function Timeline({ id, kind }: { id: string; kind?: "order" }) {
    const { t } = useTranslation("profiles");
    const [channel, setChannel] = useState("");
    const [chosen, setChosen] = useState("");
    const query = useTimeline(id, { channel: channel || undefined, name: chosen || undefined, kind });
    const known = useKnown(query.data?.pages.flatMap((page) => page.items.map((item) => item.id)));
    return (
        <Flex vertical gap={12}>
            <Flex wrap gap={8}>
                <Input.Search allowClear aria-label={t("timeline.channel")} placeholder={t("timeline.channel")} onSearch={setChannel} style={{ width: 200 }} />
                {!kind && (
                    <Input.Search allowClear aria-label={t("timeline.name")} placeholder={t("timeline.name")} onSearch={setChosen} style={{ width: 200 }} />
                )}
            </Flex>
            <CursorList
                query={query}
                keyOf={(item) => item.id}
                row={(item) => <Entry item={item} fresh={known !== undefined && !known.has(item.id)} />}
                empty={kind ? t("timeline.noOrders") : t("timeline.empty")}
            />
        </Flex>
    );
}

/** What was there when one began to look. */
function useKnown(ids: string[] | undefined): Set<string> | undefined {
    const known = useRef<Set<string>>(undefined);
    const [, redraw] = useState(0);
    useEffect(() => {
        if (!ids) return;
        if (!known.current) {
            known.current = new Set(ids);
            redraw(1);
        }
    }, [ids]);
    return known.current;
}

function Entry({ item, fresh }: { item: Touchpoint; fresh: boolean }) {
    const { t } = useTranslation("profiles");
    const word = useWord();
    const properties = Object.keys(item.properties as object).length > 0;
    return (
        <div className={fresh ? "fresh" : undefined}>
            <Flex wrap gap={8} justify="space-between">
                <span>
                    <Typography.Text strong>{word(item.name)}</Typography.Text>{" "}
                    <Tag variant="outlined">{item.endpoint ? `${item.channel} / ${item.endpoint}` : item.channel}</Tag>
                </span>
                <TimeText at={item.occurred_at} />
            </Flex>
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
