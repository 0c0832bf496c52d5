import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Input, Select, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useText } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { JourneyName } from "../../shared/ui/messages";
import { ChannelName, EventName, Id, Named } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";
import { aboutOf, askedOf, doneBy } from "./words";

type Entry = Schemas["AuditEntry"];
const ACTIONS = [
    "changed",
    "personal_data_viewed",
    "looked_up",
    "previewed",
    "refused",
    "signed_in",
    "signed_out",
] as const;

/** Who changed or saw what. Nobody can take an entry back unnoticed: each holds the one before it. */
export function AuditPage() {
    const { t } = useTranslation("audit");
    const [actor, setActor] = useText("actor");
    const [action, setAction] = useText("action");
    const query = useCursorList<Entry>(["audit", actor, action], (cursor) =>
        answer(api.GET("/api/v1/audit", { params: { query: { cursor, limit: 50, actor, action } } })),
    );
    return (
        <Page title={t("title")} extra={<Verify />}>
            <Flex wrap gap={8}>
                <Input.Search
                    allowClear
                    aria-label={t("actor")}
                    placeholder={t("actor")}
                    defaultValue={actor}
                    onSearch={(text) => setActor(text.trim())}
                    style={{ width: 220 }}
                />
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
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(entry) => String(entry.seq)}
                row={(entry) => <Row entry={entry} />}
            />
        </Page>
    );
}

function Verify() {
    const { t } = useTranslation("audit");
    const result = useQuery({
        queryKey: ["audit", "verification"],
        queryFn: () => answer(api.GET("/api/v1/audit/verification")),
        enabled: false,
    });
    return (
        <Flex wrap gap={8} align="center">
            <div aria-live="polite">
                {result.data?.intact && (
                    <Alert type="success" showIcon title={t("intact", { count: result.data.entries })} />
                )}
                {result.data && !result.data.intact && (
                    <Alert type="error" showIcon title={t("broken", { seq: result.data.broken_at })} />
                )}
                {result.isError && <ProblemAlert error={result.error} />}
            </div>
            <Button loading={result.isFetching} onClick={() => void result.refetch()}>
                {t("verify")}
            </Button>
        </Flex>
    );
}

function Row({ entry }: { entry: Entry }) {
    const { t } = useTranslation("audit");
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex wrap gap={8} align="center">
                <Typography.Text strong>
                    <Named group="actor" name={entry.actor} />
                </Typography.Text>
                <Tag variant="outlined">{t(`kind.${entry.actor_kind as "user"}`)}</Tag>
                <Did entry={entry} />
            </Flex>
            <span>
                <Typography.Text type="secondary">{t("number", { seq: entry.seq })}</Typography.Text>{" "}
                <TimeText at={entry.at} />
            </span>
        </Flex>
    );
}

/** What was done to what, in words; ids as they are. */
function Did({ entry }: { entry: Entry }) {
    const { t, i18n } = useTranslation("audit");
    const { kind, ids, act } = aboutOf(entry.object);
    const word = (key: string) => (i18n.exists(`audit:${key}`) ? t(key as "did.changed") : undefined);
    const method = (entry.detail as { method?: unknown } | null)?.method;
    const did = entry.action === "changed" && !act ? word(`done.${doneBy(method)}`) : word(`did.${entry.action}`);
    return (
        <>
            <span>{did ?? <Id>{entry.action}</Id>}</span>
            {kind !== "session" && <span>{word(`object.${kind}`) ?? <Id>{kind}</Id>}</span>}
            {ids.map((id) => (
                <Id key={id}>{id}</Id>
            ))}
            {act && <span>{word(`act.${act}`) ?? <Id>{act}</Id>}</span>}
            {askedOf(entry.detail).map(([name, value]) => (
                <Typography.Text key={name} type="secondary">
                    {word(`asked.${name}`) ?? <Id>{name}</Id>} <Value name={name} value={value} />
                </Typography.Text>
            ))}
        </>
    );
}

/** What was asked for, in the words that the pages use for it. */
function Value({ name, value }: { name: string; value: string }) {
    const { t, i18n } = useTranslation("audit");
    if (name === "channel") return <ChannelName channel={value} />;
    if (name === "name") return <EventName name={value} />;
    if (name === "journey") return <JourneyName journey={value} />;
    return i18n.exists(`audit:value.${value}`) ? <>{t(`value.${value}` as "value.open")}</> : <Id>{value}</Id>;
}
