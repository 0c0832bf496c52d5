import { Button, Flex, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useRepName } from "../../shared/api/reps";
import { useMay } from "../../shared/api/session";
import { CursorList } from "../../shared/ui/CursorList";
import { Id } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { CopyButton, StateTag } from "../../shared/ui/texts";
import { CodeForm } from "./CodeForm";
import { useCodes, useRemoveCode, useSaveCode, type Code } from "./data";
import { Qr } from "./Qr";

export function Codes() {
    const { t } = useTranslation("doors");
    const may = useMay("doors:edit");
    const query = useCodes();
    const [editing, setEditing] = useState<Code | "new">();
    const add = may && !editing && <Button onClick={() => setEditing("new")}>{t("addCode")}</Button>;
    const close = () => setEditing(undefined);
    return (
        <Section title={t("codes")} extra={add}>
            <Flex vertical gap={12}>
                {editing === "new" && <CodeForm onClose={close} />}
                {editing && editing !== "new" && <CodeForm key={editing.id} code={editing} onClose={close} />}
                <CursorList
                    query={query}
                    empty={t("noCodes")}
                    keyOf={(code) => code.id}
                    row={(code) => <Row code={code} onEdit={may ? () => setEditing(code) : undefined} />}
                />
            </Flex>
        </Section>
    );
}

function Row({ code, onEdit }: { code: Code; onEdit?: () => void }) {
    const { t } = useTranslation("doors");
    const repName = useRepName();
    const { target, campaign, rep, label, enabled } = code.definition;
    return (
        <Flex wrap gap={16} align="center">
            <Qr id={code.id} url={code.url} />
            <Flex vertical gap={4} style={{ flex: "1 1 240px", minWidth: 0 }}>
                <Flex wrap gap={8} align="center">
                    <Typography.Text strong>{label || <Id>{code.id}</Id>}</Typography.Text>
                    {enabled === false && <StateTag tone="bad">{t("disabled")}</StateTag>}
                </Flex>
                <Flex wrap gap={8} align="center">
                    <Typography.Text style={{ overflowWrap: "anywhere" }}>{code.url}</Typography.Text>
                    <CopyButton text={code.url} small />
                </Flex>
                <dl className="facts">
                    <dt>{t("leadsTo")}</dt>
                    <dd>{target}</dd>
                    {campaign && (
                        <>
                            <dt>{t("campaign")}</dt>
                            <dd>
                                <Id>{campaign}</Id>
                            </dd>
                        </>
                    )}
                    {rep && (
                        <>
                            <dt>{t("rep")}</dt>
                            <dd>{repName(rep)}</dd>
                        </>
                    )}
                </dl>
                <Typography.Text>{t("scans", { count: code.used })}</Typography.Text>
            </Flex>
            {onEdit && <Actions code={code} onEdit={onEdit} />}
        </Flex>
    );
}

/** A printed code cannot be called back: it is switched off, or removed for good. */
function Actions({ code, onEdit }: { code: Code; onEdit: () => void }) {
    const { t } = useTranslation("doors");
    const save = useSaveCode();
    const remove = useRemoveCode();
    const enabled = code.definition.enabled !== false;
    const failed = save.error ?? remove.error;
    const toggle = () => save.mutate({ id: code.id, body: { ...code.definition, enabled: !enabled } });
    return (
        <Flex vertical gap={6}>
            <Flex wrap gap={6}>
                <Button onClick={onEdit}>{t("edit")}</Button>
                <Button loading={save.isPending} onClick={toggle}>
                    {enabled ? t("disable") : t("enable")}
                </Button>
                <Popconfirm title={t("removeSure")} okText={t("remove")} onConfirm={() => remove.mutate(code.id)}>
                    <Button danger loading={remove.isPending}>
                        {t("remove")}
                    </Button>
                </Popconfirm>
            </Flex>
            {failed && <ProblemAlert error={failed} />}
        </Flex>
    );
}
