import { Link } from "@tanstack/react-router";
import { Flex, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import { Named } from "../../shared/ui/names";
import { Section } from "../../shared/ui/Section";
import { TimeText } from "../../shared/ui/texts";
import type { Endpoint } from "./data";

/** Counted beside what was taken; everything else is why a request was refused. */
const TAKEN = ["received", "quarantined"];

/** What became of what was sent: taken, sent again, kept for mending, refused and why. */
export function Health({ endpoint }: { endpoint: Endpoint }) {
    const { t } = useTranslation("channels");
    const refused = Object.entries(endpoint.counts).filter(([code]) => !TAKEN.includes(code));
    return (
        <Section title={t("health")}>
            <Flex wrap gap={24}>
                <Statistic title={t("taken")} value={endpoint.delivered} />
                <Statistic title={t("duplicates")} value={endpoint.duplicates} />
                <div>
                    <Statistic title={t("quarantined")} value={endpoint.quarantined} />
                    {endpoint.quarantined > 0 && (
                        <Link to="/quarantine" search={{ channel: endpoint.channel, endpoint: endpoint.id }}>
                            {t("look")}
                        </Link>
                    )}
                </div>
            </Flex>
            {refused.length > 0 && (
                <ul>
                    {refused.map(([code, { count, last_at }]) => (
                        <li key={code}>
                            <Named group="code" name={code} /> · {t("refusedTimes", { count })}{" "}
                            <TimeText at={last_at} />
                        </li>
                    ))}
                </ul>
            )}
        </Section>
    );
}
