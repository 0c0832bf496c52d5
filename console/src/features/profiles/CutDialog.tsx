import { Card, Flex, Form, Input, Modal, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Id } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { IdentityTag } from "../../shared/ui/texts";
import { toast } from "../../shared/ui/toast";
import { useCut, usePreview, type Edge } from "./data";

/** What would move, before anything does; afterwards a way back. */
export function CutDialog({ id, edge, onClose }: { id: string; edge: Edge; onClose: () => void }) {
    const { t } = useTranslation("profiles");
    const { t: shared } = useTranslation("shared");
    const preview = usePreview(id, edge);
    const cut = useCut(id);
    const [reason, setReason] = useState("");
    const pair = { a: edge.a, b: edge.b };
    const confirm = () =>
        cut.mutate(
            { edge: pair, reason, restore: false },
            {
                onSuccess: () => {
                    onClose();
                    const undo = () => cut.mutate({ edge: pair, reason: "", restore: true });
                    toast(t("cut.done"), { label: t("cut.undo"), run: undo });
                },
            },
        );
    return (
        <Modal
            open
            title={t("cut.title")}
            okText={t("cut.confirm")}
            cancelText={shared("cancel")}
            okButtonProps={{ danger: true, loading: cut.isPending }}
            onOk={confirm}
            onCancel={onClose}
        >
            <Flex vertical gap={12}>
                <span>
                    <IdentityTag identity={edge.a} /> ↔ <IdentityTag identity={edge.b} />
                </span>
                {preview.isPending && <Skeleton active paragraph={{ rows: 2 }} />}
                {preview.isError && <ProblemAlert error={preview.error} />}
                {preview.data && <Foreseen groups={preview.data.preview ?? []} />}
                <Form.Item label={t("cut.reason")} layout="vertical" htmlFor="cut-reason" style={{ margin: 0 }}>
                    <Input
                        id="cut-reason"
                        value={reason}
                        maxLength={200}
                        onChange={(event) => setReason(event.target.value)}
                    />
                </Form.Item>
                {cut.isError && <ProblemAlert error={cut.error} />}
            </Flex>
        </Modal>
    );
}

function Foreseen({ groups }: { groups: { profile?: string | null; identities: string[] }[] }) {
    const { t } = useTranslation("profiles");
    return (
        <Flex vertical gap={8}>
            <Typography.Text>
                {groups.length > 1 ? t("cut.parts", { count: groups.length }) : t("cut.stays")}
            </Typography.Text>
            {groups.map((group, index) => (
                <Card
                    key={group.profile ?? `new ${index}`}
                    size="small"
                    title={group.profile ? <Id>{group.profile}</Id> : t("cut.new")}
                >
                    <Flex wrap gap={4}>
                        {group.identities.map((identity) => (
                            <IdentityTag key={identity} identity={identity} />
                        ))}
                    </Flex>
                </Card>
            ))}
        </Flex>
    );
}
