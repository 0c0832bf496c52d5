import { PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Popconfirm, Tabs, Tag, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { useChoice } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { StateTag, TimeText } from "../../shared/ui/texts";
import type { Role } from "../../shared/ui/roles";
import { useSignOutUser, useTeams, useUsers, type User } from "./data";
import { PersonalFields } from "./PersonalFields";
import { RoleMatrix } from "./RoleMatrix";
import { Teams } from "./Teams";
import { UserForm } from "./UserForm";

/** Who works here, in which team, and what each role may do. */
export function StaffPage() {
    const { t } = useTranslation("staff");
    const [tab, setTab] = useChoice("tab", ["users", "teams", "roles"] as const);
    const tabs = [
        { key: "users", label: t("tabs.users"), children: <Users /> },
        { key: "teams", label: t("tabs.teams"), children: <Teams /> },
        {
            key: "roles",
            label: t("tabs.roles"),
            children: (
                <>
                    <RoleMatrix />
                    <PersonalFields />
                </>
            ),
        },
    ];
    return (
        <Page title={t("title")}>
            <Tabs items={tabs} activeKey={tab} onChange={(key) => setTab(key as typeof tab)} destroyOnHidden />
        </Page>
    );
}

function Users() {
    const { t } = useTranslation("staff");
    const may = useMay("users:edit");
    const users = useUsers();
    const signOut = useSignOutUser();
    const [editing, setEditing] = useState<User | "new">();
    return (
        <Flex vertical gap={12}>
            {may && (
                <div>
                    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setEditing("new")}>
                        {t("add")}
                    </Button>
                </div>
            )}
            {editing && (
                <UserForm user={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />
            )}
            {signOut.isError && <ProblemAlert error={signOut.error} />}
            <CursorList
                query={users}
                empty={t("empty")}
                keyOf={(user) => user.id}
                row={(user) => (
                    <Row
                        user={user}
                        may={may}
                        onEdit={() => setEditing(user)}
                        onSignOut={() => signOut.mutate(user.id)}
                    />
                )}
            />
        </Flex>
    );
}

function Row({
    user,
    may,
    onEdit,
    onSignOut,
}: {
    user: User;
    may: boolean;
    onEdit: () => void;
    onSignOut: () => void;
}) {
    const { t } = useTranslation("staff");
    const { t: shared } = useTranslation("shared");
    const teams = useTeams().data?.items ?? [];
    const team = teams.find((one) => one.id === user.team)?.name ?? user.team;
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4}>
                <span>
                    <Typography.Text strong>{user.name}</Typography.Text>{" "}
                    <Typography.Text type="secondary">{user.email}</Typography.Text>
                </span>
                <Flex wrap gap={4}>
                    <Tag variant="outlined">{shared(`role.${user.role as Role}`)}</Tag>
                    {team && <Tag variant="outlined">{team}</Tag>}
                    {user.state !== "active" && <StateTag tone="bad">{t("disabled")}</StateTag>}
                </Flex>
            </Flex>
            <Flex wrap gap={8} align="center">
                <span>
                    {t("seen")} <TimeText at={user.last_seen_at} />
                </span>
                {may && <Button onClick={onEdit}>{t("edit")}</Button>}
                {may && (
                    <Popconfirm
                        title={t("signOutSure", { name: user.name })}
                        okText={t("signOut")}
                        onConfirm={onSignOut}
                    >
                        <Button>{t("signOut")}</Button>
                    </Popconfirm>
                )}
            </Flex>
        </Flex>
    );
}
