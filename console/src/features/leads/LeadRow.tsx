import { Link } from "@tanstack/react-router";
import { Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useRepName } from "../../shared/api/reps";
import { LeadStateTag } from "../../shared/ui/states";
import { TimeText } from "../../shared/ui/texts";
import { shownName, type LeadSummary } from "./data";

/** A lead on one line of a list, or on a card of the board. */
export function LeadRow({ lead, showsState = false }: { lead: LeadSummary; showsState?: boolean }) {
    const { t } = useTranslation("leads");
    const repName = useRepName();
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4}>
                <Link to="/leads/$id" params={{ id: lead.id }}>
                    {shownName(lead.name) ?? t("nameless")}
                </Link>
                <Flex wrap gap={4}>
                    {lead.region && <Tag variant="outlined">{lead.region}</Tag>}
                    {lead.product_line && <Tag variant="outlined">{lead.product_line}</Tag>}
                    <Typography.Text type="secondary">{repName(lead.owner) ?? t("nobody")}</Typography.Text>
                </Flex>
            </Flex>
            <Flex gap={8} align="center">
                <Typography.Text strong>{t("points", { count: lead.score })}</Typography.Text>
                {showsState && <LeadStateTag state={lead.state} />}
                <TimeText at={lead.created_at} />
            </Flex>
        </Flex>
    );
}
