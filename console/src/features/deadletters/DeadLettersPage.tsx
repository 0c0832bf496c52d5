import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useMay } from "../../shared/api/session";
import { CursorList } from "../../shared/ui/CursorList";
import { Id, Named } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { StateTag, TimeText, type Tone } from "../../shared/ui/texts";

type DeadLetter = Schemas["DeadLetter"];

/** What could not be processed, and why. Nothing of it is lost: it can be tried again. */
export function DeadLettersPage() {
    const { t } = useTranslation("deadletters");
    const queries = useQueryClient();
    const query = useCursorList<DeadLetter>(
        ["dead-letters"],
        (cursor) => answer(api.GET("/api/v1/dead-letters", { params: { query: { cursor, limit: 30 } } })),
        { refetchInterval: 5_000 },
    );
    const replay = useMutation({
        mutationFn: (id: string) => answer(api.POST("/api/v1/dead-letters/{id}/replay", { params: { path: { id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["dead-letters"] }),
    });
    return (
        <Page title={t("title")}>
            {replay.isError && <ProblemAlert error={replay.error} />}
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(letter) => letter.id}
                row={(letter) => (
                    <Row letter={letter} onReplay={() => replay.mutate(letter.id)} busy={replay.isPending} />
                )}
            />
        </Page>
    );
}

const TONES: Record<string, Tone> = { dead: "bad", replay: "warn", done: "good" };

function Row({ letter, onReplay, busy }: { letter: DeadLetter; onReplay: () => void; busy: boolean }) {
    const { t } = useTranslation("deadletters");
    const may = useMay("dead_letters:edit");
    const state = letter.state as "dead";
    return (
        <Flex vertical gap={8}>
            <Flex wrap gap={8} justify="space-between" align="center">
                <Flex wrap gap={8} align="center">
                    <StateTag tone={TONES[letter.state] ?? "plain"}>{t(`state.${state}`)}</StateTag>
                    <Typography.Text strong>
                        <Named group="code" name={letter.code} />
                    </Typography.Text>
                    <Tag variant="outlined">
                        <Named group="consumer" name={letter.consumer} />
                    </Tag>
                    <Typography.Text type="secondary">{t("attempts", { count: letter.attempts })}</Typography.Text>
                </Flex>
                <Flex gap={8} align="center">
                    <TimeText at={letter.at} />
                    {may && letter.state === "dead" && (
                        <Button disabled={busy} onClick={onReplay}>
                            {t("replay")}
                        </Button>
                    )}
                </Flex>
            </Flex>
            {letter.detail && <Id>{letter.detail}</Id>}
            <Link to="/touchpoints/$id" params={{ id: letter.touchpoint }}>
                {t("payload")}
            </Link>
        </Flex>
    );
}
