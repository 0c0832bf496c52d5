import { Alert, Button, Card, Flex, Input, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { CursorList } from "../../shared/ui/CursorList";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { CopyButton } from "../../shared/ui/texts";
import { useForms, useSaveForm, type FormDoor } from "./data";

export function Forms() {
    const { t } = useTranslation("doors");
    const may = useMay("doors:edit");
    const query = useForms();
    const [editing, setEditing] = useState<FormDoor | "new">();
    return (
        <Section
            title={t("forms")}
            extra={may && !editing && <Button onClick={() => setEditing("new")}>{t("addForm")}</Button>}
        >
            <Flex vertical gap={12}>
                {editing && (
                    <Editor
                        key={editing === "new" ? "" : editing.id}
                        form={editing === "new" ? undefined : editing}
                        onClose={() => setEditing(undefined)}
                    />
                )}
                <CursorList
                    query={query}
                    empty={t("noForms")}
                    keyOf={(form) => form.id}
                    row={(form) => <Row form={form} onEdit={may ? () => setEditing(form) : undefined} />}
                />
            </Flex>
        </Section>
    );
}

function Row({ form, onEdit }: { form: FormDoor; onEdit?: () => void }) {
    const { t, i18n } = useTranslation("doors");
    const title = i18n.language.startsWith("zh") ? form.definition.title.zh : form.definition.title.en;
    return (
        <Flex wrap gap={12} align="center" justify="space-between">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <Typography.Text strong>{title}</Typography.Text>
                <Flex gap={8} align="center">
                    <a href={form.url} target="_blank" rel="noreferrer" style={{ overflowWrap: "anywhere" }}>
                        {form.url}
                    </a>
                    <CopyButton text={form.url} />
                </Flex>
                <Typography.Text>{t("submissions", { count: form.used })}</Typography.Text>
            </Flex>
            {onEdit && <Button onClick={onEdit}>{t("edit")}</Button>}
        </Flex>
    );
}

/** The definition as a document; what is not acceptable the server says, with its place. */
function Editor({ form, onClose }: { form?: FormDoor; onClose: () => void }) {
    const { t } = useTranslation("doors");
    const { t: shared } = useTranslation("shared");
    const save = useSaveForm();
    // Both languages stand in each catalog: only one of them is loaded.
    const words = (key: "title" | "name" | "phone" | "consent") => ({
        zh: t(`example.zh.${key}`),
        en: t(`example.en.${key}`),
    });
    const example = {
        title: words("title"),
        fields: [
            { name: "name", kind: "text", label: words("name"), required: true },
            { name: "phone", kind: "phone", label: words("phone"), required: true },
        ],
        consent: { text: words("consent"), media: ["sms"] },
    };
    const [id, setId] = useState(form?.id ?? "");
    const [text, setText] = useState(JSON.stringify(form?.definition ?? example, null, 2));
    const document = read(text);
    const wrong = !/^[a-z0-9_-]{1,64}$/.test(id);
    return (
        <Card>
            <Flex vertical gap={12}>
                <Input
                    aria-label={t("id")}
                    placeholder={t("id")}
                    value={id}
                    disabled={Boolean(form)}
                    onChange={(event) => setId(event.target.value)}
                />
                <Input.TextArea
                    aria-label={t("definition")}
                    value={text}
                    onChange={(event) => setText(event.target.value)}
                    autoSize={{ minRows: 10, maxRows: 30 }}
                    spellCheck={false}
                    className="code"
                />
                {!document && <Alert type="warning" showIcon title={t("notJson")} />}
                {save.isError && <ProblemAlert error={save.error} />}
                <Flex gap={8}>
                    <Button
                        type="primary"
                        disabled={!document || wrong}
                        loading={save.isPending}
                        onClick={() => document && save.mutate({ id, body: document }, { onSuccess: onClose })}
                    >
                        {shared("save")}
                    </Button>
                    <Button onClick={onClose}>{shared("cancel")}</Button>
                </Flex>
            </Flex>
        </Card>
    );
}

function read(text: string): Schemas["FormDefinition"] | undefined {
    try {
        return JSON.parse(text) as Schemas["FormDefinition"];
    } catch {
        return undefined;
    }
}
