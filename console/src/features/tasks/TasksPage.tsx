import { Link } from "@tanstack/react-router";
import { Button, Flex, Segmented, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useRepName } from "../../shared/api/reps";
import { useMay, useSession } from "../../shared/api/session";
import { suiteNow } from "../../shared/lib/clock";
import { useChoice } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TaskStateTag } from "../../shared/ui/states";
import { TaskTitle } from "../../shared/ui/tasks";
import { StateTag, TimeText } from "../../shared/ui/texts";
import { useSetTask, useTasks, type Task } from "./data";
import { groupOf } from "./groups";

const STATES = ["open", "done", "canceled"] as const;

/** What is to be done, first of all by oneself. */
export function TasksPage() {
    const { t } = useTranslation("tasks");
    const { t: shared } = useTranslation("shared");
    const rep = useSession().data?.user.rep ?? undefined;
    const [whose, setWhose] = useChoice("whose", ["mine", "all"] as const);
    const [state, setState] = useChoice("state", STATES);
    const query = useTasks({ state, owner: whose === "mine" ? rep : undefined });
    const set = useSetTask();
    return (
        <Page title={t("title")}>
            <Flex wrap gap={8}>
                {rep && (
                    <Segmented
                        aria-label={t("whose.label")}
                        value={whose}
                        onChange={setWhose}
                        options={(["mine", "all"] as const).map((value) => ({ value, label: t(`whose.${value}`) }))}
                    />
                )}
                <Segmented
                    aria-label={t("filter")}
                    value={state}
                    onChange={setState}
                    options={STATES.map((value) => ({ value, label: shared(`taskState.${value}`) }))}
                />
            </Flex>
            {set.isError && <ProblemAlert error={set.error} />}
            <CursorList
                query={query}
                empty={state === "open" ? t("empty") : t("none")}
                keyOf={(task) => task.id}
                groupOf={state === "open" ? (task) => t(`group.${groupOf(task.due_at, suiteNow())}`) : undefined}
                row={(task) => (
                    <Row task={task} onSet={(next) => set.mutate({ id: task.id, state: next })} busy={set.isPending} />
                )}
            />
        </Page>
    );
}

function Row({
    task,
    onSet,
    busy,
}: {
    task: Task;
    onSet: (state: "open" | "done" | "canceled") => void;
    busy: boolean;
}) {
    const { t } = useTranslation("tasks");
    const repName = useRepName();
    const may = useMay("tasks:edit");
    const seesProfile = useMay("profiles:view");
    const seesLead = useMay("leads:view");
    const late = task.state === "open" && typeof task.due_at === "number" && task.due_at < suiteNow();
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4}>
                <Typography.Text strong>
                    <TaskTitle task={task} />
                </Typography.Text>
                <Flex wrap gap={8} align="center">
                    <Tag variant="outlined">{repName(task.owner) ?? t("nobody")}</Tag>
                    {task.lead && seesLead && (
                        <Link to="/leads/$id" params={{ id: task.lead }}>
                            {t("lead")}
                        </Link>
                    )}
                    {task.profile && seesProfile && (
                        <Link to="/profiles/$id" params={{ id: task.profile }}>
                            {t("profile")}
                        </Link>
                    )}
                </Flex>
            </Flex>
            <Flex wrap gap={8} align="center">
                {late && <StateTag tone="bad">{t("late")}</StateTag>}
                <span>
                    {t("due")} <TimeText at={task.due_at} />
                </span>
                {task.state !== "open" && <TaskStateTag state={task.state} />}
                {may && task.state === "open" && (
                    <>
                        <Button type="primary" disabled={busy} onClick={() => onSet("done")}>
                            {t("done")}
                        </Button>
                        <Button disabled={busy} onClick={() => onSet("canceled")}>
                            {t("cancel")}
                        </Button>
                    </>
                )}
                {may && task.state !== "open" && (
                    <Button disabled={busy} onClick={() => onSet("open")}>
                        {t("reopen")}
                    </Button>
                )}
            </Flex>
        </Flex>
    );
}
