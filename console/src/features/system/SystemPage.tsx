import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Card, Flex, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { bytes, duration, listText } from "../../shared/lib/format";
import { Loaded } from "../../shared/ui/Loaded";
import { Id, useNames } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { TimeText } from "../../shared/ui/texts";

type Health = Schemas["Health"];
/** Each function ticks every minute: three missed ones are no accident. */
const SILENT_MS = 180_000;
/** What customers would notice. */
const LATE_MS = 60_000;

/** Whether everything keeps up: how far behind, how much waits, how large. */
export function SystemPage() {
    const { t } = useTranslation("system");
    const health = useQuery({
        queryKey: ["health"],
        queryFn: () => answer(api.GET("/api/v1/health")),
        refetchInterval: 5_000,
    });
    return (
        <Page title={t("title")}>
            <Loaded query={health}>{(found) => <Figures health={found} />}</Loaded>
        </Page>
    );
}

function Figures({ health }: { health: Health }) {
    const { t, i18n } = useTranslation("system");
    const names = useNames();
    const number = (value: number) => new Intl.NumberFormat(i18n.language).format(value);
    const lagText = (ms: number) => (ms < 1_000 ? t("noLag") : duration(ms - (ms % 1_000), i18n.language));
    const seesLetters = useMay("dead_letters:view");
    const dead = health.consumers.reduce((sum, one) => sum + one.dead_letters, 0);
    const lag = Math.max(0, ...health.consumers.map((one) => one.lag_ms));
    const silent = health.consumers.filter((one) => one.last_tick_at && health.now - one.last_tick_at > SILENT_MS);
    return (
        <>
            <div aria-live="polite">
                {silent.length > 0 && (
                    <Alert
                        type="error"
                        showIcon
                        title={t("silent", {
                            names: listText(
                                silent.map((one) => names("consumer", one.name) ?? one.name),
                                i18n.language,
                            ),
                        })}
                    />
                )}
                {silent.length === 0 && lag > LATE_MS && (
                    <Alert type="warning" showIcon title={t("late", { lag: lagText(lag) })} />
                )}
                {silent.length === 0 && lag <= LATE_MS && dead === 0 && (
                    <Alert type="success" showIcon title={t("well")} />
                )}
                {dead > 0 && (
                    <Alert
                        type="warning"
                        showIcon
                        title={
                            <>
                                {t("dead", { count: dead })}{" "}
                                {seesLetters && <Link to="/dead-letters">{t("letters")}</Link>}
                            </>
                        }
                    />
                )}
            </div>
            <div className="figures">
                <Figure title={t("touchpoints")} value={health.head} />
                <Figure title={t("runs")} value={health.due?.runs ?? 0} />
                <Figure title={t("messages")} value={health.due?.messages ?? 0} />
                {typeof health.database_bytes === "number" && (
                    <Figure title={t("database")} value={bytes(health.database_bytes, i18n.language)} />
                )}
            </div>
            <Section title={t("consumers")}>
                <div className="scroll" tabIndex={0} role="region" aria-label={t("consumers")}>
                    <table className="table">
                        <thead>
                            <tr>
                                <th scope="col">{t("name")}</th>
                                <th scope="col">{t("backlog")}</th>
                                <th scope="col">{t("lag")}</th>
                                <th scope="col">{t("tick")}</th>
                                <th scope="col">{t("deadLetters")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {health.consumers.map((one) => (
                                <tr key={one.name}>
                                    <td>
                                        <Flex vertical>
                                            <strong>{names("consumer", one.name) ?? <Id>{one.name}</Id>}</strong>
                                            {names("consumer", one.name) && <Id>{one.name}</Id>}
                                        </Flex>
                                    </td>
                                    <td>{number(one.backlog)}</td>
                                    <td>{lagText(one.lag_ms)}</td>
                                    <td>
                                        <TimeText at={one.last_tick_at} />
                                    </td>
                                    <td>{number(one.dead_letters)}</td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                </div>
            </Section>
        </>
    );
}

function Figure({ title, value }: { title: string; value: number | string }) {
    return (
        <Card size="small">
            <Statistic title={title} value={value} />
        </Card>
    );
}
