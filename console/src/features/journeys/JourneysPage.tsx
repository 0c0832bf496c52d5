import { Link } from "@tanstack/react-router";
import { Empty, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import { Loaded } from "../../shared/ui/Loaded";
import { EventNames } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { StateTag } from "../../shared/ui/texts";
import { definitionOf, textOf, useJourneys, type Journey } from "./data";

export function JourneysPage() {
    const { t } = useTranslation("journeys");
    const journeys = useJourneys();
    return (
        <Page title={t("title")}>
            <Loaded query={journeys}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("empty")} />
                    ) : (
                        <ul className="list">
                            {items.map((journey) => (
                                <li key={journey.id}>
                                    <Row journey={journey} />
                                </li>
                            ))}
                        </ul>
                    )
                }
            </Loaded>
        </Page>
    );
}

function Row({ journey }: { journey: Journey }) {
    const { t } = useTranslation("journeys");
    const { name, enabled, entry, steps } = definitionOf(journey);
    const { counts } = journey;
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4}>
                <Link to="/journeys/$id" params={{ id: journey.id }}>
                    {textOf(name, currentLanguage()) || journey.id}
                </Link>
                <Typography.Text type="secondary">
                    {t("summary", { count: steps.length })} <EventNames names={entry.events.slice(0, 3)} />
                    {entry.events.length > 3 && " …"}
                </Typography.Text>
            </Flex>
            <Flex wrap gap={12} align="center">
                <StateTag tone={enabled === false ? "plain" : "good"}>
                    {enabled === false ? t("off") : t("on")}
                </StateTag>
                <span>{t("entered", { count: counts.entered })}</span>
                <span>{t("active", { count: counts.active })}</span>
                {counts.failed > 0 && <StateTag tone="bad">{t("failed", { count: counts.failed })}</StateTag>}
            </Flex>
        </Flex>
    );
}
