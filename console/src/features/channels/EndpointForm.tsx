import { useNavigate } from "@tanstack/react-router";
import { Button, Flex, Form, Input, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import { useNames } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import {
    asked,
    bodyOf,
    unguessable,
    useOwners,
    useSaveEndpoint,
    type Endpoint,
    type Field,
    type Manifest,
} from "./data";

interface Props {
    manifests: Manifest[];
    /** The endpoint to change; a new one where there is none. */
    endpoint?: Endpoint;
    onClose: () => void;
}

/** The form that a channel's manifest asks for. */
export function EndpointForm({ manifests, endpoint, onClose }: Props) {
    const { t } = useTranslation("channels");
    const { t: shared } = useTranslation("shared");
    const navigate = useNavigate();
    const save = useSaveEndpoint();
    const names = useNames();
    const owners = useOwners();
    const [channel, setChannel] = useState(endpoint?.channel ?? "");
    const manifest = manifests.find((one) => one.id === channel);
    const language = currentLanguage();
    const [form] = Form.useForm<Record<string, string | undefined>>();
    const secretAddress = () => form.setFieldValue("id", unguessable());
    const finish = (values: Record<string, string | undefined>) => {
        if (!manifest) return;
        const id = endpoint?.id ?? values.id?.trim() ?? "";
        const done = () => {
            onClose();
            void navigate({ to: "/channels/$channel/$id", params: { channel, id } });
        };
        save.mutate({ channel, id, body: bodyOf(manifest, values, endpoint?.settings) }, { onSuccess: done });
    };
    const initial = Object.fromEntries(
        Object.entries(endpoint?.settings ?? {}).map(([name, value]) => [`setting.${name}`, value]),
    );
    return (
        <Form
            form={form}
            layout="vertical"
            onFinish={finish}
            initialValues={{ ...initial, owner: endpoint?.owner ?? undefined, label: endpoint?.label }}
        >
            {!endpoint && (
                <>
                    <Form.Item label={t("form.channel")} htmlFor="channel" extra={manifest?.summary[language]}>
                        <Select
                            id="channel"
                            showSearch={{ optionFilterProp: "label" }}
                            value={channel || undefined}
                            placeholder={t("form.choose")}
                            onChange={(chosen: string) => {
                                setChannel(chosen);
                                if (manifests.find((one) => one.id === chosen)?.unsigned) secretAddress();
                            }}
                            options={manifests.map((one) => ({ value: one.id, label: one.label[language] }))}
                        />
                    </Form.Item>
                    <Form.Item
                        name="id"
                        label={t("form.id")}
                        extra={t("form.idHint")}
                        rules={[{ required: true, pattern: /^[A-Za-z0-9][\w.-]{0,63}$/, message: t("form.idWrong") }]}
                    >
                        <Input autoComplete="off" />
                    </Form.Item>
                </>
            )}
            <Form.Item name="label" label={t("form.label")} extra={t("form.labelHint")}>
                <Input autoComplete="off" maxLength={120} />
            </Form.Item>
            {manifest?.secrets.map((field) => (
                <SecretItem key={field.name} field={field} isSet={endpoint?.secrets[field.name] !== undefined} />
            ))}
            {manifest &&
                asked(manifest).map((field) => (
                    <Form.Item
                        key={field.name}
                        name={`setting.${field.name}`}
                        label={field.label[language]}
                        rules={[{ required: field.required, message: t("form.needed") }]}
                    >
                        {field.choices.length > 0 ? (
                            <Select
                                allowClear={!field.required}
                                onChange={(value: string) => !endpoint && value === "address" && secretAddress()}
                                options={field.choices.map((value) => ({
                                    value,
                                    label: names("choice", value) ?? value,
                                }))}
                            />
                        ) : (
                            <Input autoComplete="off" />
                        )}
                    </Form.Item>
                ))}
            <Form.Item name="owner" label={t("form.owner")}>
                <Select
                    allowClear
                    showSearch={{ optionFilterProp: "label" }}
                    notFoundContent={t("form.noOwners")}
                    options={withOwner(owners, endpoint?.owner)}
                />
            </Form.Item>
            {save.isError && <ProblemAlert error={save.error} />}
            <Flex gap={8} style={{ marginTop: 12 }}>
                <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!manifest}>
                    {shared("save")}
                </Button>
                <Button onClick={onClose}>{shared("cancel")}</Button>
            </Flex>
        </Form>
    );
}

/** What was typed before owners were chosen can still be kept. */
function withOwner(owners: { value: string; label: string }[], owner: string | null | undefined) {
    const isKnown = !owner || owners.some((one) => one.value === owner);
    return isKnown ? owners : [...owners, { value: owner, label: owner }];
}

/** Goes in and never comes out: where one is set, only a new one is asked for. */
function SecretItem({ field, isSet }: { field: Field; isSet: boolean }) {
    const { t } = useTranslation("channels");
    return (
        <Form.Item
            name={`secret.${field.name}`}
            label={field.label[currentLanguage()]}
            extra={isSet ? <Typography.Text type="secondary">{t("form.isSet")}</Typography.Text> : undefined}
            rules={[{ required: field.required && !isSet, message: t("form.needed") }]}
        >
            <Input.Password autoComplete="new-password" />
        </Form.Item>
    );
}
