import { Button, Flex, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { ChannelName, EventName, Named } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { IdentityTag, StateTag, TimeText } from "../../shared/ui/texts";
import { toast } from "../../shared/ui/toast";
import { CutDialog } from "./CutDialog";
import { useCut, useEdges, type Edge } from "./data";
import { Drawing } from "./Drawing";

/** Why these identities are one person, and others are not. */
export function Identity({ id }: { id: string }) {
    const { t } = useTranslation("profiles");
    const edges = useEdges(id);
    const [cutting, setCutting] = useState<Edge>();
    if (edges.isPending) return <Skeleton active />;
    if (edges.isError) return <ProblemAlert error={edges.error} retry={() => void edges.refetch()} />;
    const found = edges.data.edges;
    if (found.length === 0) return <Typography.Text type="secondary">{t("identity.single")}</Typography.Text>;
    return (
        <Flex vertical gap={12}>
            <Typography.Text type="secondary">{t("identity.intro")}</Typography.Text>
            <Drawing own={(edges.data.identities ?? []).map((one) => one.identity)} edges={found} />
            <ul className="list">
                {found.map((edge) => (
                    <li key={`${edge.a} ${edge.b}`}>
                        <EdgeRow id={id} edge={edge} onCut={() => setCutting(edge)} />
                    </li>
                ))}
            </ul>
            {cutting && <CutDialog id={id} edge={cutting} onClose={() => setCutting(undefined)} />}
        </Flex>
    );
}

function EdgeRow({ id, edge, onCut }: { id: string; edge: Edge; onCut: () => void }) {
    const { t } = useTranslation("profiles");
    const may = useMay("profiles:edit");
    const cut = useCut(id);
    const back = { edge: { a: edge.a, b: edge.b }, reason: "", restore: true };
    const restore = () => cut.mutate(back, { onSuccess: () => toast(t("identity.restored")) });
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <span>
                    <IdentityTag identity={edge.a} /> ↔ <IdentityTag identity={edge.b} />
                </span>
                <Typography.Text type="secondary">
                    {edge.evidence ? (
                        <>
                            {t("identity.evidence")} <ChannelName channel={edge.evidence.channel ?? ""} />{" "}
                            <EventName name={edge.evidence.name ?? ""} /> <TimeText at={edge.evidence.occurred_at} />
                        </>
                    ) : (
                        t("identity.noEvidence")
                    )}
                </Typography.Text>
            </Flex>
            <Flex gap={8} align="center">
                <VerdictTag edge={edge} />
                {may &&
                    (edge.cut ? (
                        <Button size="small" loading={cut.isPending} onClick={restore}>
                            {t("identity.restore")}
                        </Button>
                    ) : (
                        <Button size="small" danger onClick={onCut}>
                            {t("identity.cut")}
                        </Button>
                    ))}
            </Flex>
        </Flex>
    );
}

function VerdictTag({ edge }: { edge: Edge }) {
    const { t } = useTranslation("profiles");
    if (edge.cut) return <StateTag tone="bad">{t("verdict.cut")}</StateTag>;
    if (edge.verdict === "joined") return <StateTag tone="good">{t("verdict.joined")}</StateTag>;
    // `limit:phone` says which limit.
    const why = edge.verdict.replace(/^refused[:.]/u, "").split(":")[0] ?? "";
    return (
        <StateTag tone="warn">
            {t("verdict.refused")}
            {" · "}
            <Named group="verdict" name={why} />
        </StateTag>
    );
}
