import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api, type Schemas } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { Section } from "../../shared/ui/Section";
import { IdentityTag, StateTag, TimeText } from "../../shared/ui/texts";

type Suppression = Schemas["Suppression"];

const key = (profile: string) => ["profile", profile, "suppressions"];

/** Addresses that are not written to any more, each with its reason; nothing where there are none. */
export function Suppressions({ profile }: { profile: string }) {
    const { t } = useTranslation("profiles");
    const found = useQuery({
        queryKey: key(profile),
        queryFn: () => answer(api.GET("/api/v1/suppressions", { params: { query: { profile } } })),
    });
    if (!found.data || found.data.items.length === 0) return null;
    return (
        <Section title={t("suppressions.title")}>
            <ul className="list">
                {found.data.items.map((one) => (
                    <li key={`${one.medium} ${one.address}`}>
                        <Row profile={profile} one={one} />
                    </li>
                ))}
            </ul>
        </Section>
    );
}

function Row({ profile, one }: { profile: string; one: Suppression }) {
    const { t } = useTranslation("profiles");
    const { message } = App.useApp();
    const may = useMay("profiles:edit");
    const queries = useQueryClient();
    const lift = useMutation({
        mutationFn: () => {
            const body = { medium: one.medium, address: one.address, reason: "" };
            return answer(api.POST("/api/v1/suppressions/lift", { body }));
        },
        onSuccess: async () => {
            void message.success(t("suppressions.lifted"));
            await queries.invalidateQueries({ queryKey: ["profile", profile] });
        },
        onError: () => void message.error(t("suppressions.failed")),
    });
    return (
        <Flex wrap gap={8} justify="space-between" align="center">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <span>
                    <IdentityTag identity={one.identity ?? one.address} />{" "}
                    <StateTag tone="bad">{t(`suppressions.reason.${one.reason}`)}</StateTag> <TimeText at={one.at} />
                </span>
                {one.detail && <Typography.Text type="secondary">{one.detail}</Typography.Text>}
            </Flex>
            {may && (
                <Button size="small" loading={lift.isPending} onClick={() => lift.mutate()}>
                    {t("suppressions.lift")}
                </Button>
            )}
        </Flex>
    );
}
