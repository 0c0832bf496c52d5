import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Input, Select, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";

type Entry = Schemas["AuditEntry"];
const ACTIONS = ["changed", "personal_data_viewed", "refused", "signed_in", "signed_out"] as const;

/** Who changed or saw what. Nobody can take an entry back unnoticed: each holds the one before it. */
export function AuditPage() {
    const { t } = useTranslation("audit");
    const [actor, setActor] = useState("");
    const [action, setAction] = useState<string>();
    const query = useCursorList<Entry>(["audit", actor, action], (cursor) =>
        answer(api.GET("/api/v1/audit", { params: { query: { cursor, limit: 50, actor: actor || undefined, action } } })),
    );
    return (
        <Page title={t("title")} extra={<Verify />}>
            <Flex wrap gap={8}>
                <Input.Search allowClear aria-label={t("actor")} placeholder={t("actor")} onSearch={(text) => setActor(text.trim())} style={{ width: 220 }} />
                <Select
                    allowClear
                    aria-label={t("action")}
                    placeholder={t("action")}
                    value={action}
                    onChange={setAction}
                    style={{ width: 220 }}
                    options={ACTIONS.map((value) => ({ value, label: t(`did.${value}`) }))}
                />
            </Flex>
            <CursorList query={query} empty={t("empty")} keyOf={(entry) => String(entry.seq)} row={(entry) => <Row entry={entry} />} />
        </Page>
    );
}

function Verify() {
    const { t } = useTranslation("audit");
    const result = useQuery({ queryKey: ["audit", "verification"], queryFn: () => answer(api.GET("/api/v1/audit/verification")), enabled: false });
    return (
        <Flex wrap gap={8} align="center">
            <div aria-live="polite">
                {result.data?.intact && <Alert type="success" showIcon title={t("intact", { count: result.data.entries })} />}
                {result.data && !result.data.intact && <Alert type="error" showIcon title={t("broken", { seq: result.data.broken_at })} />}
                {result.isError && <ProblemAlert error={result.error} />}
            </div>
            <Button loading={result.isFetching} onClick={() => void result.refetch()}>
                {t("verify")}
            </Button>
        </Flex>
    );
}

function Row({ entry }: { entry: Entry }) {
    const { t, i18n } = useTranslation("audit");
    const did = i18n.exists(`audit:did.${entry.action}`) ? t(`did.${entry.action}` as "did.changed") : entry.action;
    const detail = JSON.stringify(entry.detail);
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex wrap gap={8} align="center">
                <Typography.Text strong>{entry.actor}</Typography.Text>
                <Tag variant="outlined">{t(`kind.${entry.actor_kind as "user"}`)}</Tag>
                <span>{did}</span>
                <Typography.Text code>{entry.object}</Typography.Text>
                {detail !== "{}" && <Typography.Text type="secondary">{detail}</Typography.Text>}
            </Flex>
            <span>
                <Typography.Text type="secondary">{t("number", { seq: entry.seq })}</Typography.Text> <TimeText at={entry.at} />
            </span>
        </Flex>
    );
}
