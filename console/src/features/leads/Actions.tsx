import { Button, Flex, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useReps } from "../../shared/api/reps";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { useChangeLead, type Lead } from "./data";

type Asked = "rejected" | "closed" | "owner";

/** Accepting takes one click; what others will want to understand asks for a reason. */
export function LeadActions({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    const change = useChangeLead(lead.id);
    const reps = useReps();
    const [asked, setAsked] = useState<Asked>();
    return (
        <Flex vertical gap={8}>
            <Flex wrap gap={8}>
                {lead.state === "sales_ready" && (
                    <Button
                        type="primary"
                        loading={change.isPending}
                        onClick={() => change.mutate({ state: "accepted" })}
                    >
                        {t("action.accept")}
                    </Button>
                )}
                {reps.length > 0 && <Button onClick={() => setAsked("owner")}>{t("action.owner")}</Button>}
                {lead.state !== "queued" && <Button onClick={() => setAsked("closed")}>{t("action.closed")}</Button>}
                <Button danger onClick={() => setAsked("rejected")}>
                    {t("action.rejected")}
                </Button>
            </Flex>
            {change.isError && !asked && <ProblemAlert error={change.error} />}
            {asked && <Dialog lead={lead} asked={asked} onClose={() => setAsked(undefined)} />}
        </Flex>
    );
}

interface Said {
    owner?: string;
    reason?: string;
}

function Dialog({ lead, asked, onClose }: { lead: Lead; asked: Asked; onClose: () => void }) {
    const { t } = useTranslation("leads");
    const { t: shared } = useTranslation("shared");
    const change = useChangeLead(lead.id);
    const reps = useReps();
    const [form] = Form.useForm<Said>();
    const finish = ({ owner, reason = "" }: Said) => {
        const body = asked === "owner" ? { owner, reason } : { state: asked, reason };
        change.mutate(body, { onSuccess: onClose });
    };
    return (
        <Modal
            open
            title={t(`action.${asked}`)}
            okText={t(`action.${asked}`)}
            cancelText={shared("cancel")}
            confirmLoading={change.isPending}
            onOk={form.submit}
            onCancel={onClose}
        >
            <Form form={form} layout="vertical" onFinish={finish}>
                {asked === "owner" && (
                    <Form.Item
                        name="owner"
                        label={t("action.to")}
                        rules={[{ required: true, message: t("action.chooseRep") }]}
                    >
                        <Select
                            showSearch={{ optionFilterProp: "label" }}
                            options={reps
                                .filter((rep) => rep.id !== lead.owner)
                                .map(({ id, name, open, capacity }) => ({
                                    value: id,
                                    label: t("action.rep", { name, open, capacity }),
                                }))}
                        />
                    </Form.Item>
                )}
                <Form.Item
                    name="reason"
                    label={t("action.reason")}
                    rules={[{ required: asked !== "owner", whitespace: true, message: t("action.needsReason") }]}
                >
                    <Input.TextArea rows={3} maxLength={2000} />
                </Form.Item>
            </Form>
            {change.isError && <ProblemAlert error={change.error} />}
        </Modal>
    );
}
