import { Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useReps } from "../../shared/api/reps";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { ROLES, type Role } from "../../shared/ui/roles";
import { idOf, useSaveUser, useTeams, type User } from "./data";

interface Values {
    email: string;
    id?: string;
    name: string;
    role: Role;
    team?: string;
    rep?: string;
    language?: string;
    state: "active" | "disabled";
}

export function UserForm({ user, onClose }: { user?: User; onClose: () => void }) {
    const { t } = useTranslation("staff");
    const { t: shared } = useTranslation("shared");
    const [form] = Form.useForm<Values>();
    const email = Form.useWatch("email", form);
    const save = useSaveUser();
    const reps = useReps();
    const teams = useTeams().data?.items ?? [];
    const finish = ({ id, ...values }: Values) => {
        const body = {
            ...values,
            team: values.team ?? null,
            rep: values.rep ?? null,
            language: values.language ?? null,
        };
        save.mutate({ id: user?.id ?? (id?.trim() || idOf(values.email)), body }, { onSuccess: onClose });
    };
    const initial = user
        ? { ...user, team: user.team ?? undefined, rep: user.rep ?? undefined, language: user.language ?? undefined }
        : { role: "sales", state: "active" };
    return (
        <Modal
            open
            title={user ? t("form.change", { name: user.name }) : t("add")}
            okText={shared("save")}
            cancelText={shared("cancel")}
            confirmLoading={save.isPending}
            onOk={form.submit}
            onCancel={onClose}
        >
            <Form form={form} layout="vertical" onFinish={finish} initialValues={initial}>
                <Form.Item
                    name="name"
                    label={t("form.name")}
                    rules={[{ required: true, whitespace: true, message: t("form.needed") }]}
                >
                    <Input autoComplete="off" />
                </Form.Item>
                <Form.Item
                    name="email"
                    label={t("form.email")}
                    extra={t("form.emailHint")}
                    rules={[{ required: true, type: "email", message: t("form.emailWrong") }]}
                >
                    <Input autoComplete="off" />
                </Form.Item>
                {!user && (
                    <Form.Item
                        name="id"
                        label={t("form.id")}
                        rules={[
                            {
                                required: idOf(email ?? "") === "",
                                pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/,
                                message: t("form.idWrong"),
                            },
                        ]}
                    >
                        <Input autoComplete="off" placeholder={idOf(email ?? "")} />
                    </Form.Item>
                )}
                <Form.Item name="role" label={t("form.role")}>
                    <Select options={ROLES.map((value) => ({ value, label: shared(`role.${value}`) }))} />
                </Form.Item>
                <Form.Item name="team" label={t("form.team")} extra={t("form.teamHint")}>
                    <Select allowClear options={teams.map((team) => ({ value: team.id, label: team.name }))} />
                </Form.Item>
                <Form.Item name="rep" label={t("form.rep")} extra={t("form.repHint")}>
                    <Select
                        allowClear
                        showSearch={{ optionFilterProp: "label" }}
                        options={reps.map((rep) => ({ value: rep.id, label: rep.name }))}
                    />
                </Form.Item>
                <Form.Item name="state" label={t("form.state")}>
                    <Select
                        options={(["active", "disabled"] as const).map((value) => ({
                            value,
                            label: t(`form.${value}`),
                        }))}
                    />
                </Form.Item>
            </Form>
            {save.isError && <ProblemAlert error={save.error} />}
        </Modal>
    );
}
