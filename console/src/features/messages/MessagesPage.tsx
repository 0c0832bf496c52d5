import { Link } from "@tanstack/react-router";
import { Flex, Segmented, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useChoice } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { JourneyName, MessageStatusTag, MessageTitle } from "../../shared/ui/messages";
import { Named, useNames } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { Address, IdentityTag, TimeText } from "../../shared/ui/texts";

const STATUSES = ["all", "sent", "queued", "skipped", "failed"] as const;
const TO = ["customers", "staff", "all"] as const;

/** What was sent or not: to customers, unless one asks for notices to one's own people. */
export function MessagesPage() {
    const { t } = useTranslation("messages");
    const names = useNames();
    const [status, setStatus] = useChoice("status", STATUSES);
    const [to, setTo] = useChoice("to", TO);
    const filter = { status: status === "all" ? undefined : status, to: to === "all" ? undefined : to };
    const query = useCursorList<Schemas["Message"]>(
        ["messages", filter],
        (cursor) => answer(api.GET("/api/v1/messages", { params: { query: { ...filter, cursor, limit: 30 } } })),
        { refetchInterval: 10_000 },
    );
    const statuses = STATUSES.map((value) => ({ value, label: names("messageStatus", value) ?? value }));
    return (
        <Page title={t("title")}>
            <Flex wrap gap={8}>
                <Segmented
                    aria-label={t("to.label")}
                    value={to}
                    onChange={setTo}
                    options={TO.map((value) => ({ value, label: t(`to.${value}`) }))}
                />
                <div className="scroll">
                    <Segmented aria-label={t("filter")} value={status} onChange={setStatus} options={statuses} />
                </div>
            </Flex>
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(message) => message.id}
                row={(message) => <Row message={message} />}
            />
        </Page>
    );
}

function Row({ message }: { message: Schemas["Message"] }) {
    return (
        <Flex wrap gap={8} justify="space-between">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <Link to="/messages/$id" params={{ id: message.id }}>
                    <MessageTitle message={message} />
                </Link>
                <Typography.Text type="secondary">
                    {message.address ? (
                        <Address address={message.address} />
                    ) : (
                        message.identity && <IdentityTag identity={message.identity} />
                    )}
                </Typography.Text>
            </Flex>
            <Flex wrap gap={8} align="center">
                <Tag variant="outlined">
                    {message.purpose === "staff" ? (
                        <Named group="purpose" name="staff" />
                    ) : (
                        <JourneyName journey={message.journey} />
                    )}
                </Tag>
                <MessageStatusTag status={message.status} />
                <TimeText at={message.updated_at} />
            </Flex>
        </Flex>
    );
}
