import { Link } from "@tanstack/react-router";
import { Empty, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { Loaded } from "../../shared/ui/Loaded";
import { ChannelName, EventName, useChannelName } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { TimeText } from "../../shared/ui/texts";
import { byDoor, useInventory, type Door, type InventoryItem } from "./data";

/** What arrives where, in which form, how much of it, and who answers for it. */
export function InventoryPage() {
    const { t } = useTranslation("touchpoints");
    const inventory = useInventory();
    return (
        <Page title={t("inventory.title")}>
            <Loaded query={inventory}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty
                            image={Empty.PRESENTED_IMAGE_SIMPLE}
                            description={
                                <>
                                    {t("inventory.empty")} <Link to="/channels">{t("inventory.connect")}</Link>
                                </>
                            }
                        />
                    ) : (
                        byDoor(items).map((door) => (
                            <DoorSection key={`${door.channel}/${door.endpoint}`} door={door} />
                        ))
                    )
                }
            </Loaded>
        </Page>
    );
}

const kindOf = ({ channel, endpoint, name }: InventoryItem) => ({ channel, endpoint: endpoint || undefined, name });

function DoorSection({ door }: { door: Door }) {
    const { t, i18n } = useTranslation("touchpoints");
    const numbers = new Intl.NumberFormat(i18n.language);
    const opens = useMay("touchpoints:view");
    const channelName = useChannelName();
    const own = door.format === "own";
    const words: Record<string, string> = { own: t("format.own"), any: t("format.any"), form: t("format.form") };
    return (
        <Section
            title={own ? t("inventory.own") : <ChannelName channel={door.channel} endpoint={door.endpoint} />}
            extra={<Tag>{words[door.format] ?? door.format.toUpperCase()}</Tag>}
        >
            <Typography.Paragraph type="secondary">
                {t("inventory.summary", { count: door.count, number: numbers.format(door.count) })}{" "}
                <TimeText at={door.last} />
                {!own && <> · {door.owner ? t("inventory.owner", { owner: door.owner }) : t("inventory.noOwner")}</>}
            </Typography.Paragraph>
            <div
                className="scroll"
                tabIndex={0}
                role="region"
                aria-label={`${channelName(door.channel) ?? door.channel} ${door.endpoint}`}
            >
                <table className="table">
                    <thead>
                        <tr>
                            <th scope="col">{t("inventory.name")}</th>
                            <th scope="col">{t("inventory.count")}</th>
                            <th scope="col">{t("inventory.first")}</th>
                            <th scope="col">{t("inventory.last")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {door.items.map((item) => (
                            <tr key={item.name}>
                                <td>
                                    {opens ? (
                                        <Link to="/touchpoints" search={kindOf(item)}>
                                            <EventName name={item.name} />
                                        </Link>
                                    ) : (
                                        <EventName name={item.name} />
                                    )}
                                </td>
                                <td>{numbers.format(item.count)}</td>
                                <td>
                                    <TimeText at={item.first_seen_at} />
                                </td>
                                <td>
                                    <TimeText at={item.last_seen_at} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {own && (
                <Flex style={{ marginTop: 8 }}>
                    <Typography.Text type="secondary">{t("inventory.ownHint")}</Typography.Text>
                </Flex>
            )}
        </Section>
    );
}
