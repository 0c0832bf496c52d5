import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer } from "../../shared/api/client";
import { useReps } from "../../shared/api/reps";
import { useMay } from "../../shared/api/session";
import { useEndpointName } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { useSaveCode, type Code } from "./data";

interface Values {
    id: string;
    target: string;
    label?: string;
    campaign?: string;
    rep?: string;
    site?: string;
}

/** The endpoints of the web channel: where a tracker may run. */
function useSites(): string[] {
    const may = useMay("channels:view");
    const endpoints = useQuery({
        queryKey: ["endpoints"],
        queryFn: () => answer(api.GET("/api/v1/endpoints")),
        enabled: may,
    });
    return (endpoints.data?.items ?? []).filter((one) => one.channel === "web").map((one) => one.id);
}

/** A code: where it leads, for whom it counts. Salesperson and endpoint are chosen, never typed. */
export function CodeForm({ code, onClose }: { code?: Code; onClose: () => void }) {
    const { t } = useTranslation("doors");
    const { t: shared } = useTranslation("shared");
    const save = useSaveCode();
    const reps = useReps();
    const sites = useSites();
    const endpointName = useEndpointName();
    const finish = ({ id, ...values }: Values) => {
        const given = Object.entries(values).filter(([, value]) => value?.trim());
        const enabled = code?.definition.enabled ?? true;
        const body = { target: values.target, ...Object.fromEntries(given), enabled };
        save.mutate({ id: code?.id ?? id, body }, { onSuccess: onClose });
    };
    const search = { optionFilterProp: "label" } as const;
    return (
        <Card>
            <Form<Values> layout="vertical" onFinish={finish} initialValues={{ id: code?.id, ...code?.definition }}>
                <Form.Item
                    name="id"
                    label={t("id")}
                    extra={t("idHint")}
                    rules={[{ required: true, pattern: /^[a-z0-9_-]{1,64}$/, message: t("idWrong") }]}
                >
                    <Input autoComplete="off" disabled={Boolean(code)} />
                </Form.Item>
                <Form.Item name="label" label={t("label")}>
                    <Input autoComplete="off" maxLength={120} />
                </Form.Item>
                <Form.Item name="target" label={t("target")} rules={[{ required: true, message: t("needed") }]}>
                    <Input type="url" autoComplete="off" />
                </Form.Item>
                <Form.Item name="campaign" label={t("campaign")}>
                    <Input autoComplete="off" />
                </Form.Item>
                <Form.Item name="rep" label={t("rep")}>
                    <Select
                        allowClear
                        showSearch={search}
                        notFoundContent={t("noReps")}
                        options={reps.map((rep) => ({ value: rep.id, label: rep.name }))}
                    />
                </Form.Item>
                <Form.Item name="site" label={t("site")} extra={t("siteHint")}>
                    <Select
                        allowClear
                        showSearch={search}
                        notFoundContent={t("noSites")}
                        options={sites.map((id) => ({ value: id, label: endpointName("web", id) ?? id }))}
                    />
                </Form.Item>
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
