import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, answer } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { Id } from "../../shared/ui/names";

/** Which step of a journey, by its place: its id is for programs. */
export function StepName({ journey, step }: { journey: string; step: string }) {
    const { t } = useTranslation("messages");
    const may = useMay("journeys:view");
    const { data } = useQuery({
        queryKey: ["journeys"],
        queryFn: () => answer(api.GET("/api/v1/journeys")),
        enabled: may,
        staleTime: 60_000,
    });
    const definition = data?.items.find((one) => one.id === journey)?.definition as
        { steps?: { id: string }[] } | undefined;
    const place = definition?.steps?.findIndex((one) => one.id === step) ?? -1;
    return place < 0 ? <Id>{step}</Id> : <>{t("step", { number: place + 1 })}</>;
}
