// What hangs on a person: messages with their verdicts, leads, tasks.
import { Link } from "@tanstack/react-router";
import { Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useRepName } from "../../shared/api/reps";
import { CursorList } from "../../shared/ui/CursorList";
import { MessageStatusTag, MessageTitle } from "../../shared/ui/messages";
import { Named } from "../../shared/ui/names";
import { LeadStateTag, TaskStateTag } from "../../shared/ui/states";
import { TaskTitle } from "../../shared/ui/tasks";
import { TimeText } from "../../shared/ui/texts";

export function MessagesOf({ id }: { id: string }) {
    const { t } = useTranslation("profiles");
    const query = useCursorList<Schemas["Message"]>(["profile", id, "messages"], (cursor) =>
        answer(api.GET("/api/v1/messages", { params: { query: { profile: id, cursor } } })),
    );
    return (
        <CursorList
            query={query}
            empty={t("related.noMessages")}
            keyOf={(message) => message.id}
            row={(message) => (
                <Flex wrap gap={8} justify="space-between">
                    <span>
                        <Link to="/messages/$id" params={{ id: message.id }}>
                            <MessageTitle message={message} />
                        </Link>{" "}
                        {message.medium && (
                            <Tag variant="outlined">
                                <Named group="medium" name={message.medium} />
                            </Tag>
                        )}
                    </span>
                    <span>
                        <MessageStatusTag status={message.status} reason={message.reason} />{" "}
                        <TimeText at={message.updated_at} />
                    </span>
                </Flex>
            )}
        />
    );
}

export function Leads({ id }: { id: string }) {
    const { t } = useTranslation("profiles");
    const repName = useRepName();
    const query = useCursorList<Schemas["LeadSummary"]>(["profile", id, "leads"], (cursor) =>
        answer(api.GET("/api/v1/leads", { params: { query: { profile: id, cursor } } })),
    );
    return (
        <CursorList
            query={query}
            empty={t("related.noLeads")}
            keyOf={(lead) => lead.id}
            row={(lead) => (
                <Flex wrap gap={8} justify="space-between">
                    <Link to="/leads/$id" params={{ id: lead.id }}>
                        {t("related.lead", {
                            count: lead.score,
                            score: lead.score,
                            owner: repName(lead.owner) ?? t("related.nobody"),
                        })}
                    </Link>
                    <span>
                        <LeadStateTag state={lead.state} />
                        <TimeText at={lead.created_at} />
                    </span>
                </Flex>
            )}
        />
    );
}

export function Tasks({ id }: { id: string }) {
    const { t } = useTranslation("profiles");
    const repName = useRepName();
    const query = useCursorList<Schemas["Task"]>(["profile", id, "tasks"], (cursor) =>
        answer(api.GET("/api/v1/tasks", { params: { query: { profile: id, cursor } } })),
    );
    return (
        <CursorList
            query={query}
            empty={t("related.noTasks")}
            keyOf={(task) => task.id}
            row={(task) => (
                <Flex wrap gap={8} justify="space-between">
                    <Typography.Text>
                        <TaskTitle task={task} />
                    </Typography.Text>
                    <span>
                        <Tag>{repName(task.owner) ?? t("related.nobody")}</Tag>
                        <TaskStateTag state={task.state} />
                        <TimeText at={task.due_at} />
                    </span>
                </Flex>
            )}
        />
    );
}
