import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Input, Popconfirm, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { CursorList } from "../../shared/ui/CursorList";
import { Named } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { useObjectName } from "../../shared/ui/roles";
import { CopyButton, StateTag, TimeText } from "../../shared/ui/texts";
import { KeyForm } from "./KeyForm";

type ApiKey = Schemas["ApiKey"];

/** How programs of the company's own ask. A key is shown once and kept only as a hash. */
export function ApiKeysPage() {
    const { t } = useTranslation("apikeys");
    const queries = useQueryClient();
    const [adding, setAdding] = useState(false);
    const [made, setMade] = useState<string>();
    const query = useCursorList<ApiKey>(["api-keys"], (cursor) =>
        answer(api.GET("/api/v1/api-keys", { params: { query: { cursor, limit: 50 } } })),
    );
    const again = () => queries.invalidateQueries({ queryKey: ["api-keys"] });
    const create = useMutation({
        mutationFn: (body: Schemas["ApiKeyPost"]) => answer(api.POST("/api/v1/api-keys", { body })),
        onSuccess: (key) => {
            setMade(key.key ?? undefined);
            setAdding(false);
            return again();
        },
    });
    const revoke = useMutation({
        mutationFn: (id: string) => answer(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id } } })),
        onSuccess: again,
    });
    const add = !adding && (
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t("add")}
        </Button>
    );
    return (
        <Page title={t("title")} extra={add}>
            {made && (
                <Alert
                    type="success"
                    showIcon
                    title={t("once")}
                    description={
                        <Flex wrap gap={8}>
                            <Input readOnly value={made} aria-label={t("key")} style={{ flex: "1 1 240px" }} />
                            <CopyButton text={made} />
                        </Flex>
                    }
                />
            )}
            {adding && (
                <Card>
                    <KeyForm
                        onSave={(body) => create.mutate(body)}
                        onClose={() => setAdding(false)}
                        busy={create.isPending}
                    />
                    {create.isError && <ProblemAlert error={create.error} />}
                </Card>
            )}
            {revoke.isError && <ProblemAlert error={revoke.error} />}
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(key) => key.id}
                row={(key) => <Row apiKey={key} onRevoke={() => revoke.mutate(key.id)} />}
            />
        </Page>
    );
}

/** `leads:edit` in words. */
function Scope({ scope }: { scope: string }) {
    const { t } = useTranslation("apikeys");
    const objectName = useObjectName();
    const [object = "", action] = scope.split(":");
    if (object === "personal_data") return <>{t("personalShort")}</>;
    return <>{t("scope", { object: objectName(object), action: t(`right.${action === "edit" ? "edit" : "view"}`) })}</>;
}

function Row({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
    const { t } = useTranslation("apikeys");
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4}>
                <span>
                    <Typography.Text strong>{apiKey.name}</Typography.Text>{" "}
                    <Typography.Text type="secondary">
                        {t("by")} <Named group="actor" name={apiKey.created_by} />
                    </Typography.Text>
                </span>
                <Flex wrap gap={4}>
                    {apiKey.scopes.map((scope) => (
                        <Tag key={scope} variant="outlined">
                            <Scope scope={scope} />
                        </Tag>
                    ))}
                </Flex>
            </Flex>
            <Flex wrap gap={8} align="center">
                <span>
                    {t("used")} <TimeText at={apiKey.last_used_at} />
                </span>
                {apiKey.revoked_at ? (
                    <StateTag tone="bad">{t("revoked")}</StateTag>
                ) : (
                    <Popconfirm title={t("sure", { name: apiKey.name })} okText={t("revoke")} onConfirm={onRevoke}>
                        <Button danger>{t("revoke")}</Button>
                    </Popconfirm>
                )}
            </Flex>
        </Flex>
    );
}
