import { Button, Empty, Flex, Form, Input, Popconfirm, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { Loaded } from "../../shared/ui/Loaded";
import { Id } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { useRemoveTeam, useSaveTeam, useTeams, type Team } from "./data";

/** Teams: their people see each other's leads and to-dos. */
export function Teams() {
    const { t } = useTranslation("staff");
    const { t: shared } = useTranslation("shared");
    const may = useMay("users:edit");
    const teams = useTeams();
    const save = useSaveTeam();
    const remove = useRemoveTeam();
    const [form] = Form.useForm<Team>();
    const failed = save.error ?? remove.error;
    return (
        <Flex vertical gap={12}>
            <Typography.Text type="secondary">{t("teams.hint")}</Typography.Text>
            {may && (
                <Form
                    form={form}
                    layout="inline"
                    onFinish={(team) => save.mutate(team, { onSuccess: () => form.resetFields() })}
                    style={{ rowGap: 8 }}
                >
                    <Form.Item
                        name="id"
                        label={t("teams.id")}
                        rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/, message: t("form.idWrong") }]}
                    >
                        <Input autoComplete="off" />
                    </Form.Item>
                    <Form.Item
                        name="name"
                        label={t("teams.name")}
                        rules={[{ required: true, whitespace: true, message: t("form.needed") }]}
                    >
                        <Input autoComplete="off" />
                    </Form.Item>
                    <Button type="primary" htmlType="submit" loading={save.isPending}>
                        {shared("save")}
                    </Button>
                </Form>
            )}
            {failed && <ProblemAlert error={failed} />}
            <Loaded query={teams}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("teams.empty")} />
                    ) : (
                        <ul className="list">
                            {items.map((team) => (
                                <li key={team.id}>
                                    <Flex wrap gap={8} justify="space-between" align="center">
                                        <span>
                                            <Typography.Text strong>{team.name}</Typography.Text> <Id>{team.id}</Id>
                                        </span>
                                        {may && (
                                            <Popconfirm
                                                title={t("teams.sure", { name: team.name })}
                                                okText={t("teams.remove")}
                                                onConfirm={() => remove.mutate(team.id)}
                                            >
                                                <Button danger>{t("teams.remove")}</Button>
                                            </Popconfirm>
                                        )}
                                    </Flex>
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Loaded>
        </Flex>
    );
}
