import { Link, useSearch } from "@tanstack/react-router";
import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { CursorList } from "../../shared/ui/CursorList";
import { ChannelName, EventName, useChannelName, useWord } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { useTouchpoints, type Touchpoint } from "./data";

/** What arrived, newest first; of one kind where the address says so. */
export function TouchpointsPage() {
    const { t } = useTranslation("touchpoints");
    const kind = useSearch({ from: "/shell/touchpoints" });
    const query = useTouchpoints(kind);
    const word = useWord();
    const channelName = useChannelName();
    const { channel, endpoint, name } = kind;
    const chosen = [channel && (channelName(channel) ?? channel), endpoint, name && word(name)];
    const title = chosen.some(Boolean) ? t("list.of", { kind: chosen.filter(Boolean).join(" · ") }) : t("list.title");
    const heading = (channel ?? endpoint ?? name) && (
        <>
            {t("list.of", { kind: "" })}
            {channel && <ChannelName channel={channel} endpoint={endpoint} />} {name && <EventName name={name} />}
        </>
    );
    return (
        <Page title={title} heading={heading || undefined} extra={<Link to="/inventory">{t("inventory.title")}</Link>}>
            <CursorList
                query={query}
                empty={t("list.empty")}
                keyOf={(item) => item.id}
                row={(item) => <Row item={item} />}
            />
        </Page>
    );
}

function Row({ item }: { item: Touchpoint }) {
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex wrap gap={8} align="center">
                <Link to="/touchpoints/$id" params={{ id: item.id }}>
                    <EventName name={item.name} />
                </Link>
                <Tag variant="outlined">
                    <ChannelName channel={item.channel} endpoint={item.endpoint} />
                </Tag>
                {item.identifiers.slice(0, 2).map((identity) => (
                    <IdentityTag key={identity} identity={identity} />
                ))}
            </Flex>
            <TimeText at={item.received_at} />
        </Flex>
    );
}
