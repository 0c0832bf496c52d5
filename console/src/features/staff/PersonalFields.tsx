import { Button, Flex, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { Loaded } from "../../shared/ui/Loaded";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { usePersonalFields, useSavePersonalFields } from "./data";

/** Fields of the company's own that are masked beside those that always are. */
export function PersonalFields() {
    const { t } = useTranslation("staff");
    const fields = usePersonalFields();
    return (
        <Flex vertical gap={8}>
            <Typography.Title level={2} style={{ fontSize: 16, margin: "16px 0 0" }}>
                {t("fields.title")}
            </Typography.Title>
            <Typography.Text type="secondary">{t("fields.hint")}</Typography.Text>
            <Loaded query={fields}>{(known) => <Editor known={known.fields} />}</Loaded>
        </Flex>
    );
}

function Editor({ known }: { known: string[] }) {
    const { t } = useTranslation("staff");
    const may = useMay("system:edit");
    const save = useSavePersonalFields();
    const [fields, setFields] = useState(known);
    if (!may) return <span>{known.join(" · ") || t("fields.none")}</span>;
    return (
        <Flex vertical gap={8}>
            <Flex wrap gap={8}>
                <Select
                    mode="tags"
                    open={false}
                    suffixIcon={null}
                    aria-label={t("fields.title")}
                    placeholder={t("fields.placeholder")}
                    value={fields}
                    onChange={setFields}
                    style={{ flex: "1 1 320px", maxWidth: 640 }}
                />
                <Button
                    loading={save.isPending}
                    disabled={fields.join("\n") === known.join("\n")}
                    onClick={() => save.mutate(fields)}
                >
                    {t("fields.save")}
                </Button>
            </Flex>
            {save.isError && <ProblemAlert error={save.error} />}
        </Flex>
    );
}
