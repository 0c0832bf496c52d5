import { Button, Card, Flex, Form, Input, QRCode, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { CursorList } from "../../shared/ui/CursorList";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { CopyButton } from "../../shared/ui/texts";
import { useCodes, useSaveCode, type Code } from "./data";

export function Codes() {
    const { t } = useTranslation("doors");
    const may = useMay("doors:edit");
    const query = useCodes();
    const [adding, setAdding] = useState(false);
    return (
        <Section title={t("codes")} extra={may && !adding && <Button onClick={() => setAdding(true)}>{t("addCode")}</Button>}>
            <Flex vertical gap={12}>
                {adding && <CodeForm onClose={() => setAdding(false)} />}
                <CursorList query={query} empty={t("noCodes")} keyOf={(code) => code.id} row={(code) => <Row code={code} />} />
            </Flex>
        </Section>
    );
}

function Row({ code }: { code: Code }) {
    const { t } = useTranslation("doors");
    const { target, campaign, rep, label } = code.definition;
    return (
        <Flex wrap gap={16} align="center">
            {/* The address stands beside it in words. */}
            <span aria-hidden>
                <QRCode value={code.url} size={96} bordered={false} />
            </span>
            <Flex vertical gap={4} style={{ flex: "1 1 240px", minWidth: 0 }}>
                <Typography.Text strong>{label || code.id}</Typography.Text>
                <Flex gap={8} align="center">
                    <Typography.Text style={{ overflowWrap: "anywhere" }}>{code.url}</Typography.Text>
                    <CopyButton text={code.url} />
                </Flex>
                <Typography.Text type="secondary" style={{ overflowWrap: "anywhere" }}>
                    {[target, campaign, rep].filter(Boolean).join(" · ")}
                </Typography.Text>
                <Typography.Text>{t("scans", { count: code.used })}</Typography.Text>
            </Flex>
        </Flex>
    );
}

function CodeForm({ onClose }: { onClose: () => void }) {
    const { t } = useTranslation("doors");
    const { t: shared } = useTranslation("shared");
    const save = useSaveCode();
    const finish = ({ id, ...values }: Record<string, string>) => {
        const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value?.trim()));
        save.mutate({ id: id ?? "", body: { target: "", ...given } }, { onSuccess: onClose });
    };
    const needed = [{ required: true, message: t("needed") }];
    return (
        <Card>
            <Form layout="vertical" onFinish={finish}>
                <Form.Item name="id" label={t("id")} extra={t("idHint")} rules={[{ required: true, pattern: /^[a-z0-9_-]{1,64}$/, message: t("idWrong") }]}>
                    <Input autoComplete="off" />
                </Form.Item>
                <Form.Item name="target" label={t("target")} rules={needed}>
                    <Input type="url" autoComplete="off" />
                </Form.Item>
                {(["label", "campaign", "rep", "site"] as const).map((name) => (
                    <Form.Item key={name} name={name} label={t(name)} extra={name === "site" ? t("siteHint") : undefined}>
                        <Input autoComplete="off" />
                    </Form.Item>
                ))}
                {save.isError && <ProblemAlert error={save.error} />}
                <Flex gap={8}>
                    <Button type="primary" htmlType="submit" loading={save.isPending}>
                        {shared("save")}
                    </Button>
                    <Button onClick={onClose}>{shared("cancel")}</Button>
                </Flex>
            </Form>
        </Card>
    );
}
