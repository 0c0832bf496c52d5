import { Link } from "@tanstack/react-router";
import { Button, Empty, Flex, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { listText } from "../../shared/lib/format";
import { money, sumsText } from "../../shared/lib/money";
import { ChannelName, Id } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { StateTag, TimeText, type Tone } from "../../shared/ui/texts";
import { useTimeline, type Profile } from "./data";
import { ORDER_EVENTS, ordersOf, type Order } from "./orders";

const TONES: Record<Order["state"], Tone> = {
    pending: "warn",
    paid: "good",
    fulfilled: "good",
    partly_refunded: "warn",
    refunded: "plain",
    cancelled: "plain",
};

/** What a person bought: how much in all, then each order with its lines and its state. */
export function Orders({ profile }: { profile: Profile }) {
    const { t } = useTranslation("profiles");
    const query = useTimeline(profile.id, { names: [...ORDER_EVENTS], own: false });
    if (query.isPending) return <Skeleton active />;
    if (query.isError) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
    const orders = ordersOf(query.data.pages.flatMap((page) => page.items));
    if (orders.length === 0) {
        return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("timeline.noOrders")} />;
    }
    return (
        <Flex vertical gap={12}>
            <Spent profile={profile} />
            <ul className="list">
                {orders.map((order) => (
                    <li key={order.key}>
                        <Row order={order} />
                    </li>
                ))}
            </ul>
            {query.hasNextPage && (
                <div>
                    <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                        {t("orders.more")}
                    </Button>
                </div>
            )}
        </Flex>
    );
}

/** What all paid orders came to, by the counters: they hold what the list has not loaded too. */
export function Spent({ profile }: { profile: Profile }) {
    const { t, i18n } = useTranslation("profiles");
    const paid = profile.counters.filter((one) => one.name === "order.paid");
    const count = paid.reduce((sum, one) => sum + one.count, 0);
    if (count === 0) return null;
    const sums = paid.map((one) => ({ currency: one.currency, minor: one.sum_minor }));
    return (
        <Typography.Text strong>
            {t("orders.spent", { count, sum: sumsText(sums, i18n.language) || "–" })}
        </Typography.Text>
    );
}

function Row({ order }: { order: Order }) {
    const { t, i18n } = useTranslation("profiles");
    const opens = useMay("touchpoints:view");
    const line = ({ title, quantity }: Order["lines"][number]) => t("orders.line", { title, quantity });
    const first = order.told[0];
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={2}>
                <span>
                    <Typography.Text strong>
                        {order.minor === undefined
                            ? t("orders.noSum")
                            : money(order.minor, order.currency, i18n.language)}
                    </Typography.Text>{" "}
                    {order.refunded > 0 && (
                        <Typography.Text type="secondary">
                            {t("orders.refunded", { sum: money(order.refunded, order.currency, i18n.language) })}
                        </Typography.Text>
                    )}
                </span>
                {order.lines.length > 0 && <span>{listText(order.lines.map(line), i18n.language)}</span>}
                <Typography.Text type="secondary">
                    <ChannelName channel={order.channel} endpoint={order.endpoint} />
                    {order.number && (
                        <>
                            {" · "}
                            <Id>{order.number}</Id>
                        </>
                    )}
                </Typography.Text>
            </Flex>
            <Flex gap={8} align="center">
                <StateTag tone={TONES[order.state]}>{t(`orders.state.${order.state}`)}</StateTag>
                <TimeText at={order.at} />
                {opens && first && (
                    <Link to="/touchpoints/$id" params={{ id: first }}>
                        {t("timeline.details")}
                    </Link>
                )}
            </Flex>
        </Flex>
    );
}
