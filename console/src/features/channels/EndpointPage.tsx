import { useNavigate, useParams } from "@tanstack/react-router";
import { Alert, Button, Card, Flex, Input, Popconfirm, Skeleton, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { Id } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { CopyButton } from "../../shared/ui/texts";
import { Arrival } from "./Arrival";
import {
    useEndpoint,
    useManifests,
    useRemoveEndpoint,
    useSaveEndpoint,
    useTestEndpoint,
    type Endpoint,
    type Manifest,
} from "./data";
import { Enrichment } from "./Enrichment";
import { EndpointForm } from "./EndpointForm";
import { Health } from "./Health";
import { Mapping } from "./Mapping";
import { Setup } from "./Setup";

/** One connected account: where the vendor sends, and whether anything arrives. */
export function EndpointPage() {
    const { t } = useTranslation("channels");
    const { channel, id } = useParams({ from: "/shell/channels/$channel/$id" });
    const may = useMay("channels:edit");
    const [editing, setEditing] = useState(false);
    const [sample, setSample] = useState("");
    const manifests = useManifests();
    const endpoint = useEndpoint(channel, id);
    if (manifests.isPending || endpoint.isPending) return <Skeleton active />;
    const failed = manifests.error ?? endpoint.error;
    if (failed || !manifests.data || !endpoint.data) {
        return <ProblemAlert error={failed} retry={() => void endpoint.refetch()} />;
    }
    const manifest = manifests.data.items.find((one) => one.id === channel);
    const label = manifest?.label[currentLanguage()] ?? channel;
    const { webhook_url: url } = endpoint.data;
    const maps = channel === "webhook";
    return (
        <Page
            title={`${label} · ${endpoint.data.label || id}`}
            heading={
                <>
                    {label} · {endpoint.data.label || <Id>{id}</Id>}
                </>
            }
            extra={may && !editing && <Button onClick={() => setEditing(true)}>{t("edit")}</Button>}
        >
            {manifest?.receives && <Arrival endpoint={endpoint.data} onSample={maps && may ? setSample : undefined} />}
            {manifest?.receives && (
                <Section title={t("url")}>
                    <Typography.Paragraph type="secondary">{t("urlHint", { vendor: label })}</Typography.Paragraph>
                    <Flex wrap gap={8}>
                        <Input readOnly value={url} aria-label={t("url")} style={{ flex: "1 1 240px" }} />
                        <CopyButton text={url} />
                    </Flex>
                </Section>
            )}
            {manifest && <Setup manifest={manifest} url={url} />}
            {manifest?.tests && may && <SendTest channel={channel} id={id} />}
            {manifest?.receives && <Health endpoint={endpoint.data} />}
            {manifest?.receives && <Enrichment channel={channel} id={id} may={may} />}
            {maps && <Mapping key={`${id} ${sample}`} endpoint={endpoint.data} may={may} first={sample} />}
            <Secrets endpoint={endpoint.data} manifest={manifest} may={may} />
            {editing && (
                <Card>
                    <EndpointForm
                        manifests={manifests.data.items}
                        endpoint={endpoint.data}
                        onClose={() => setEditing(false)}
                    />
                </Card>
            )}
            {may && <Remove channel={channel} id={id} />}
        </Page>
    );
}

/** For senders of one's own, which have no button for it. */
function SendTest({ channel, id }: { channel: string; id: string }) {
    const { t } = useTranslation("channels");
    const test = useTestEndpoint();
    return (
        <Flex vertical gap={8} align="start">
            <Button loading={test.isPending} onClick={() => test.mutate({ channel, id })}>
                {t("sendTest")}
            </Button>
            {test.data && <Alert type="success" showIcon title={t("tested", { status: test.data.status })} />}
            {test.isError && <ProblemAlert error={test.error} />}
        </Flex>
    );
}

/** Of a secret only how many values are valid. While one is rotated there are two. */
function Secrets({ endpoint, manifest, may }: { endpoint: Endpoint; manifest?: Manifest; may: boolean }) {
    const { t } = useTranslation("channels");
    const save = useSaveEndpoint();
    const { channel, id, secrets } = endpoint;
    const revoke = () => save.mutate({ channel, id, body: { revoke_previous: true } });
    if (Object.keys(secrets).length === 0) return null;
    const label = (name: string) =>
        manifest?.secrets.find((one) => one.name === name)?.label[currentLanguage()] ?? name;
    const rotating = Object.values(secrets).some((state) => state.valid > 1);
    return (
        <Section title={t("secrets")}>
            <Flex wrap gap={8} align="center">
                {Object.entries(secrets).map(([name, state]) => (
                    <Tag key={name}>{t("secretState", { name: label(name), count: state.valid })}</Tag>
                ))}
                {rotating && may && (
                    <Popconfirm title={t("revokeSure")} okText={t("revoke")} onConfirm={revoke}>
                        <Button loading={save.isPending}>{t("revoke")}</Button>
                    </Popconfirm>
                )}
            </Flex>
            {save.isError && <ProblemAlert error={save.error} />}
        </Section>
    );
}

function Remove({ channel, id }: { channel: string; id: string }) {
    const { t } = useTranslation("channels");
    const navigate = useNavigate();
    const remove = useRemoveEndpoint();
    const go = () => remove.mutate({ channel, id }, { onSuccess: () => void navigate({ to: "/channels" }) });
    return (
        <Flex vertical gap={8} align="start">
            <Popconfirm title={t("removeSure")} okText={t("remove")} onConfirm={go}>
                <Button danger loading={remove.isPending}>
                    {t("remove")}
                </Button>
            </Popconfirm>
            {remove.isError && <ProblemAlert error={remove.error} />}
        </Flex>
    );
}
