import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Input, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { fullTime } from "../../shared/lib/format";
import { EventName, useNames } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { IdentityTag } from "../../shared/ui/texts";
import { useSaveEndpoint, type Endpoint } from "./data";

const RULE = {
    name: "order.paid",
    id: ["no"],
    identifiers: [{ kind: "phone", path: "tel" }],
    properties: { order_id: "no" },
};
const EXAMPLE = JSON.stringify({ touchpoints: [RULE] }, null, 2);

/** The document that says which touchpoints a body becomes, tried on a sample before it is kept. */
export function Mapping({ endpoint, may, first = "" }: { endpoint: Endpoint; may: boolean; first?: string }) {
    const { t } = useTranslation("channels");
    const kept = endpoint.settings.mapping ?? "";
    const [text, setText] = useState(kept || EXAMPLE);
    const [sample, setSample] = useState(first);
    const save = useSaveEndpoint();
    const preview = useMutation({
        mutationFn: () => {
            const body = { mapping: JSON.parse(text) as never, sample, endpoint: endpoint.id };
            return answer(api.POST("/api/v1/mappings/preview", { body }));
        },
    });
    const document = parsed(text);
    const settings = { ...endpoint.settings, mapping: text };
    const keep = () => save.mutate({ channel: endpoint.channel, id: endpoint.id, body: { settings } });
    return (
        <Section title={t("mapping.title")} extra={<Versions endpoint={endpoint} onChosen={setText} />}>
            <Flex vertical gap={12}>
                <Input.TextArea
                    aria-label={t("mapping.title")}
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                    autoSize={{ minRows: 8, maxRows: 24 }}
                    spellCheck={false}
                    className="code"
                    readOnly={!may}
                />
                {!document && <Alert type="warning" showIcon title={t("mapping.notJson")} />}
                <Input.TextArea
                    aria-label={t("mapping.sample")}
                    placeholder={t("mapping.sampleHint")}
                    value={sample}
                    onChange={(event) => setSample(event.target.value)}
                    autoSize={{ minRows: 3, maxRows: 12 }}
                    spellCheck={false}
                    className="code"
                />
                {may && (
                    <Flex gap={8}>
                        <Button
                            disabled={!document || !sample.trim()}
                            loading={preview.isPending}
                            onClick={() => preview.mutate()}
                        >
                            {t("mapping.try")}
                        </Button>
                        <Button
                            type="primary"
                            disabled={!document || text === kept}
                            loading={save.isPending}
                            onClick={keep}
                        >
                            {t("mapping.keep")}
                        </Button>
                    </Flex>
                )}
                {preview.isError && <ProblemAlert error={preview.error} />}
                {save.isError && <ProblemAlert error={save.error} />}
                <div aria-live="polite">{preview.data && <Preview found={preview.data} />}</div>
            </Flex>
        </Section>
    );
}

function parsed(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

function Preview({ found }: { found: Schemas["Previewed"] }) {
    const { t } = useTranslation("channels");
    const names = useNames();
    const words = (code: string) => names("code", code) ?? code;
    return (
        <Flex vertical gap={8}>
            <Typography.Text strong>{t("mapping.found", { count: found.touchpoints.length })}</Typography.Text>
            {found.faults.map((fault) => (
                <Alert
                    key={`${fault.item}.${fault.code}`}
                    type="warning"
                    showIcon
                    title={t("mapping.faultAt", { item: fault.item + 1, fault: words(fault.code) })}
                />
            ))}
            {found.touchpoints.map((one, index) => (
                <div key={`${one.id}.${index}`}>
                    <Typography.Text strong>
                        <EventName name={one.name} />
                    </Typography.Text>{" "}
                    {one.identifiers.map((identity) => (
                        <IdentityTag key={identity} identity={identity} />
                    ))}
                    <pre className="payload" tabIndex={0}>
                        {JSON.stringify(one.properties, null, 2)}
                    </pre>
                </div>
            ))}
        </Flex>
    );
}

/** Every mapping there was; choosing one puts it into the editor and keeps nothing. */
function Versions({ endpoint, onChosen }: { endpoint: Endpoint; onChosen: (document: string) => void }) {
    const { t, i18n } = useTranslation("channels");
    const path = { channel: endpoint.channel, id: endpoint.id };
    const query = useQuery({
        queryKey: ["endpoints", path.channel, path.id, "mappings", endpoint.updated_at],
        queryFn: () => answer(api.GET("/api/v1/endpoints/{channel}/{id}/mappings", { params: { path } })),
    });
    const items = query.data?.items ?? [];
    if (items.length < 2) return null;
    return (
        <Select
            aria-label={t("mapping.versions")}
            placeholder={t("mapping.versions")}
            style={{ minWidth: 220 }}
            options={items.map((item) => ({
                value: item.document,
                label: `${fullTime(item.at, i18n.language)} · ${item.author}`,
            }))}
            onChange={onChosen}
        />
    );
}
