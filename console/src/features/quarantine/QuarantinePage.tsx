import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Alert, Button, Flex, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useMay } from "../../shared/api/session";
import { CursorList } from "../../shared/ui/CursorList";
import { ChannelName, Named } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { StateTag, TimeText } from "../../shared/ui/texts";

type Quarantined = Schemas["Quarantined"];

/** What proved its sender and did not fit: kept for thirty days, to be tried again after the mending. */
export function QuarantinePage() {
    const { t } = useTranslation("quarantine");
    const filter = useSearch({ from: "/shell/quarantine" });
    const query = useCursorList<Quarantined>(
        ["quarantine", filter],
        (cursor) => answer(api.GET("/api/v1/quarantine", { params: { query: { ...filter, cursor, limit: 30 } } })),
        { refetchInterval: 5_000 },
    );
    return (
        <Page title={t("title")}>
            <Typography.Text type="secondary">{t("hint")}</Typography.Text>
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(item) => item.id}
                row={(item) => <Row item={item} />}
            />
        </Page>
    );
}

function Row({ item }: { item: Quarantined }) {
    const { t } = useTranslation("quarantine");
    const may = useMay("dead_letters:edit");
    const queries = useQueryClient();
    const [open, setOpen] = useState(false);
    const replay = useMutation({
        mutationFn: () => answer(api.POST("/api/v1/quarantine/{id}/replay", { params: { path: { id: item.id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["quarantine"] }),
    });
    return (
        <Flex vertical gap={8}>
            <Flex wrap gap={8} justify="space-between" align="center">
                <Flex wrap gap={8} align="center">
                    <StateTag tone={item.state === "kept" ? "warn" : "good"}>
                        {t(`state.${item.state as "kept"}`)}
                    </StateTag>
                    <Typography.Text strong>
                        <Named group="code" name={item.code} />
                    </Typography.Text>
                    <Link to="/channels/$channel/$id" params={{ channel: item.channel, id: item.endpoint }}>
                        <ChannelName channel={item.channel} endpoint={item.endpoint} />
                    </Link>
                    <Typography.Text type="secondary">{t("tries", { count: item.tries })}</Typography.Text>
                </Flex>
                <Flex gap={8} align="center">
                    <TimeText at={item.at} />
                    <Button onClick={() => setOpen(!open)} aria-expanded={open}>
                        {t("show")}
                    </Button>
                    {may && (
                        <Button loading={replay.isPending} onClick={() => replay.mutate()}>
                            {t("replay")}
                        </Button>
                    )}
                </Flex>
            </Flex>
            {replay.isError && <ProblemAlert error={replay.error} />}
            {replay.data && (
                <Alert
                    type={replay.data.left ? "warning" : "success"}
                    showIcon
                    title={
                        <>
                            {t("replayed", { count: replay.data.new })}{" "}
                            {replay.data.left && (
                                <>
                                    {t("left")} <Named group="code" name={replay.data.left} />
                                </>
                            )}
                        </>
                    }
                />
            )}
            {open && <Body id={item.id} />}
        </Flex>
    );
}

function Body({ id }: { id: string }) {
    const query = useQuery({
        queryKey: ["quarantine", id],
        queryFn: () => answer(api.GET("/api/v1/quarantine/{id}", { params: { path: { id } } })),
    });
    if (query.isPending) return <Skeleton active />;
    if (query.isError) return <ProblemAlert error={query.error} />;
    return (
        <pre className="payload" tabIndex={0}>
            {query.data.request.body}
        </pre>
    );
}
