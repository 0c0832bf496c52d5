import { Button, Checkbox, Flex, Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { Loaded } from "../../shared/ui/Loaded";
import { useObjectName, useRoleRights } from "../../shared/ui/roles";
import { scopesOf, type Choice } from "./scopes";

interface Props {
    onSave: (body: Schemas["ApiKeyPost"]) => void;
    onClose: () => void;
    busy: boolean;
}

interface Values {
    name: string;
    personal?: boolean;
    rights: Record<string, Choice>;
}

/** A name and as little as the program needs. */
export function KeyForm({ onSave, onClose, busy }: Props) {
    const { t } = useTranslation("apikeys");
    const { t: shared } = useTranslation("shared");
    const objectName = useObjectName();
    const roles = useRoleRights();
    return (
        <Loaded query={roles}>
            {({ items }) => {
                const objects = Object.keys(items[0]?.rights ?? {});
                return (
                    <Form<Values>
                        layout="vertical"
                        initialValues={{ rights: Object.fromEntries(objects.map((object) => [object, "none"])) }}
                        onFinish={({ name, rights, personal }) =>
                            onSave({ name, scopes: scopesOf(rights, personal ?? false) })
                        }
                    >
                        <Form.Item
                            name="name"
                            label={t("name")}
                            rules={[{ required: true, whitespace: true, message: t("needed") }]}
                        >
                            <Input autoComplete="off" />
                        </Form.Item>
                        <div className="board" style={{ gap: "0 16px" }}>
                            {objects.map((object) => (
                                <Form.Item key={object} name={["rights", object]} label={objectName(object)}>
                                    <Radio.Group
                                        options={(["none", "view", "edit"] as const).map((value) => ({
                                            value,
                                            label: t(`right.${value}`),
                                        }))}
                                    />
                                </Form.Item>
                            ))}
                        </div>
                        <Form.Item name="personal" valuePropName="checked">
                            <Checkbox>{t("personal")}</Checkbox>
                        </Form.Item>
                        <Flex gap={8}>
                            <Button type="primary" htmlType="submit" loading={busy}>
                                {shared("save")}
                            </Button>
                            <Button onClick={onClose}>{shared("cancel")}</Button>
                        </Flex>
                    </Form>
                );
            }}
        </Loaded>
    );
}
