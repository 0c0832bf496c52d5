import { Alert, Button, Flex, Statistic } from "antd";
import { useTranslation } from "react-i18next";
import { Id } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { Section } from "../../shared/ui/Section";
import { TimeText } from "../../shared/ui/texts";
import { useAskAgain, useEnrichment } from "./data";

/** What the vendor was asked because its webhook leaves it out, and why it does not answer. */
export function Enrichment({ channel, id, may }: { channel: string; id: string; may: boolean }) {
    const { t, i18n } = useTranslation("channels");
    const enrichment = useEnrichment(channel, id);
    const again = useAskAgain();
    const asked = enrichment.data;
    if (!asked) return null;
    const reason = (code: string) => {
        const known = i18n.exists(`channels:vendorSays.${code}`);
        return (
            <>
                {known && t(`vendorSays.${code}` as "vendorSays.errcode_40164")} <Id>{code}</Id>
            </>
        );
    };
    return (
        <Section title={t("enrichment")}>
            {asked.reason && (
                <Alert
                    type="warning"
                    showIcon
                    title={
                        <>
                            {t("vendorSilent")} {reason(asked.reason)} {t("askedAt")}{" "}
                            <TimeText at={asked.paused_until} />
                        </>
                    }
                />
            )}
            <Flex wrap gap={24}>
                <Statistic title={t("told")} value={asked.told} />
                <Statistic title={t("asking")} value={asked.waiting} />
                <Statistic title={t("nothingKnown")} value={asked.unknown} />
                <Statistic title={t("givenUp")} value={asked.failed} />
            </Flex>
            {asked.last_failure && (
                <p>
                    {t("lastGivenUp")} {reason(asked.last_failure)}
                </p>
            )}
            {may && (asked.replayable > 0 || asked.reason) && (
                <Button loading={again.isPending} onClick={() => again.mutate({ channel, endpoint: id })}>
                    {t("askAgain")}
                </Button>
            )}
            {again.isError && <ProblemAlert error={again.error} />}
        </Section>
    );
}
