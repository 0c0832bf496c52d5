import { Link, useSearch } from "@tanstack/react-router";
import { Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { useTouchpoints, type Touchpoint } from "./data";

/** What arrived, newest first; of one kind where the address says so. */
export function TouchpointsPage() {
    const { t } = useTranslation("touchpoints");
    const kind = useSearch({ from: "/shell/touchpoints" });
    const query = useTouchpoints(kind);
    const chosen = [kind.channel, kind.endpoint, kind.name].filter(Boolean).join(" / ");
    return (
        <Page title={chosen ? t("list.of", { kind: chosen }) : t("list.title")} extra={<Link to="/inventory">{t("inventory.title")}</Link>}>
            <CursorList query={query} empty={t("list.empty")} keyOf={(item) => item.id} row={(item) => <Row item={item} />} />
        </Page>
    );
}

function Row({ item }: { item: Touchpoint }) {
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex wrap gap={8} align="center">
                <Link to="/touchpoints/$id" params={{ id: item.id }}>
                    {item.name}
                </Link>
                <Tag variant="outlined">{item.endpoint ? `${item.channel} / ${item.endpoint}` : item.channel}</Tag>
                {item.identifiers.slice(0, 2).map((identity) => (
                    <IdentityTag key={identity} identity={identity} />
                ))}
            </Flex>
            <TimeText at={item.received_at} />
        </Flex>
    );
}
