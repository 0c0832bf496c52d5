import { PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Card, Empty, Flex, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { Id } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";
import { useEndpoints, useManifests, useOwnerName } from "./data";
import { EndpointForm } from "./EndpointForm";

/** What is connected, and what may be. */
export function ChannelsPage() {
    const { t } = useTranslation("channels");
    const may = useMay("channels:edit");
    const [adding, setAdding] = useState(false);
    const manifests = useManifests();
    const endpoints = useEndpoints();
    const ownerName = useOwnerName();
    if (manifests.isPending || endpoints.isPending) return <Skeleton active />;
    const failed = manifests.error ?? endpoints.error;
    if (failed || !manifests.data || !endpoints.data) {
        return <ProblemAlert error={failed} retry={() => void endpoints.refetch()} />;
    }
    const labels = new Map(manifests.data.items.map((one) => [one.id, one.label[currentLanguage()]]));
    const add = may && (
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t("add")}
        </Button>
    );
    return (
        <Page title={t("title")} extra={add}>
            {adding && (
                <Card title={<h2 className="h">{t("new")}</h2>}>
                    <EndpointForm manifests={manifests.data.items} onClose={() => setAdding(false)} />
                </Card>
            )}
            {endpoints.data.items.length === 0 && !adding && (
                <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")} />
            )}
            <ul className="list">
                {endpoints.data.items.map((one) => (
                    <li key={`${one.channel}/${one.id}`}>
                        <Flex wrap gap={8} justify="space-between">
                            <span>
                                <Link to="/channels/$channel/$id" params={{ channel: one.channel, id: one.id }}>
                                    {labels.get(one.channel) ?? <Id>{one.channel}</Id>}
                                    {" · "}
                                    {one.label || <Id>{one.id}</Id>}
                                </Link>{" "}
                                {one.owner && (
                                    <Typography.Text type="secondary">
                                        {t("ownedBy", { owner: ownerName(one.owner) })}
                                    </Typography.Text>
                                )}
                            </span>
                            <Typography.Text type="secondary">
                                {t("delivered", { count: one.delivered })}{" "}
                                {one.last_delivery_at && (
                                    <>
                                        · {t("last")} <TimeText at={one.last_delivery_at} />
                                    </>
                                )}
                            </Typography.Text>
                        </Flex>
                    </li>
                ))}
            </ul>
        </Page>
    );
}
