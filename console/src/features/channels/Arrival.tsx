import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { TimeText } from "../../shared/ui/texts";
import type { Endpoint } from "./data";

interface Props {
    endpoint: Endpoint;
    /** Takes a body that was not recognised, to write a mapping from it. */
    onSample?: (body: string) => void;
}

/** Whether anything arrives, and whether it is recognised. */
export function Arrival({ endpoint, onSample }: Props) {
    const { t } = useTranslation("channels");
    const { delivered, last_delivery_at: last, quarantined } = endpoint;
    return (
        <div aria-live="polite" className="stack">
            {last ? (
                <Alert
                    type="success"
                    showIcon
                    title={
                        <>
                            {t("arrived", { count: delivered })} <TimeText at={last} />
                        </>
                    }
                />
            ) : (
                quarantined === 0 && <Alert type="info" showIcon title={t("waiting")} />
            )}
            {quarantined > 0 && <Unrecognised endpoint={endpoint} onSample={onSample} />}
        </div>
    );
}

/** It arrives and nobody can read it yet: the next step is a mapping, made from what came. */
function Unrecognised({ endpoint, onSample }: Props) {
    const { t } = useTranslation("channels");
    const may = useMay("dead_letters:view");
    const filter = { channel: endpoint.channel, endpoint: endpoint.id };
    const sample = useQuery({
        queryKey: ["quarantine", "sample", filter],
        queryFn: async () => {
            const query = { ...filter, limit: 1 };
            const { items } = await answer(api.GET("/api/v1/quarantine", { params: { query } }));
            const id = items[0]?.id;
            if (!id) return "";
            const kept = await answer(api.GET("/api/v1/quarantine/{id}", { params: { path: { id } } }));
            return kept.request.body;
        },
        enabled: may && onSample !== undefined,
    });
    const body = sample.data;
    return (
        <Alert
            type="warning"
            showIcon
            title={t("unrecognised", { count: endpoint.quarantined })}
            action={
                body && onSample ? (
                    <Button onClick={() => onSample(body)}>{t("useSample")}</Button>
                ) : (
                    may && (
                        <Link to="/quarantine" search={filter}>
                            {t("look")}
                        </Link>
                    )
                )
            }
        />
    );
}
