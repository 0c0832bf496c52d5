import { useParams } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Input, Skeleton, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { CopyButton, TimeText } from "../../shared/ui/texts";
import { useEndpoint, useManifests } from "./data";
import { EndpointForm } from "./EndpointForm";

/** One connected account: where the vendor sends, and whether anything arrives. */
export function EndpointPage() {
    const { t } = useTranslation("channels");
    const { channel, id } = useParams({ from: "/shell/channels/$channel/$id" });
    const may = useMay("channels:edit");
    const [editing, setEditing] = useState(false);
    const manifests = useManifests();
    const endpoint = useEndpoint(channel, id);
    if (manifests.isPending || endpoint.isPending) return <Skeleton active />;
    const failed = manifests.error ?? endpoint.error;
    if (failed || !manifests.data || !endpoint.data) return <ProblemAlert error={failed} retry={() => void endpoint.refetch()} />;
    const manifest = manifests.data.items.find((one) => one.id === channel);
    const label = manifest?.label[currentLanguage()] ?? channel;
    const { webhook_url: url, delivered, last_delivery_at: last, secrets } = endpoint.data;
    return (
        <Page title={`${label} / ${id}`} extra={may && !editing && <Button onClick={() => setEditing(true)}>{t("edit")}</Button>}>
            {manifest?.receives && (
                <div aria-live="polite">
                    {last ? (
                        <Alert type="success" showIcon title={<>{t("arrived", { count: delivered })} <TimeText at={last} /></>} />
                    ) : (
                        <Alert type="info" showIcon title={t("waiting")} />
                    )}
                </div>
            )}
            {manifest?.receives && (
                <Card size="small" title={<h2 className="h">{t("url")}</h2>}>
                    <Typography.Paragraph type="secondary">{t("urlHint", { vendor: label })}</Typography.Paragraph>
                    <Flex wrap gap={8}>
                        <Input readOnly value={url} aria-label={t("url")} style={{ flex: "1 1 240px" }} />
                        <CopyButton text={url} />
                    </Flex>
                </Card>
            )}
            <Card size="small" title={<h2 className="h">{t("secrets")}</h2>}>
                <Flex wrap gap={8}>
                    {Object.entries(secrets).map(([name, state]) => (
                        <Tag key={name}>{t("secretState", { name, count: state.valid })}</Tag>
                    ))}
                </Flex>
            </Card>
            {editing && (
                <Card>
                    <EndpointForm manifests={manifests.data.items} endpoint={endpoint.data} onClose={() => setEditing(false)} />
                </Card>
            )}
        </Page>
    );
}
