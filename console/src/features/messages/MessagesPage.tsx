import { Link } from "@tanstack/react-router";
import { Flex, Segmented, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { TimeText } from "../../shared/ui/texts";
import { StatusTag } from "./StatusTag";

const STATUSES = ["all", "sent", "queued", "skipped", "failed"] as const;

export function MessagesPage() {
    const { t } = useTranslation("messages");
    const [status, setStatus] = useState<(typeof STATUSES)[number]>("all");
    const query = useCursorList<Schemas["Message"]>(
        ["messages", status],
        (cursor) => answer(api.GET("/api/v1/messages", { params: { query: { cursor, limit: 30, status: status === "all" ? undefined : status } } })),
        { refetchInterval: 10_000 },
    );
    return (
        <Page title={t("title")}>
            <div style={{ overflowX: "auto" }}>
                <Segmented
                    aria-label={t("filter")}
                    value={status}
                    onChange={setStatus}
                    options={STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
                />
            </div>
            <CursorList query={query} empty={t("empty")} keyOf={(message) => message.id} row={(message) => <Row message={message} />} />
        </Page>
    );
}

function Row({ message }: { message: Schemas["Message"] }) {
    const title = message.rendered?.subject || message.rendered?.text?.slice(0, 60) || `${message.journey} / ${message.step}`;
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <Link to="/messages/$id" params={{ id: message.id }}>
                    {title}
                </Link>
                <Typography.Text type="secondary">{message.address ?? message.identity}</Typography.Text>
            </Flex>
            <Flex gap={8} align="center">
                <Tag variant="outlined">{message.journey}</Tag>
                <StatusTag status={message.status} />
                <TimeText at={message.updated_at} />
            </Flex>
        </Flex>
    );
}
