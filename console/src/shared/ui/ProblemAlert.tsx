import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";

/** What happened, and what to do about it. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }) {
    const { t } = useTranslation("shared");
    const problem = error instanceof Problem ? error : new Problem(500, "internal", "");
    return (
        <Alert
            type={problem.status === 403 ? "info" : "error"}
            showIcon
            title={words(problem, t)}
            action={
                retry && (
                    <Button size="small" onClick={retry}>
                        {t("problem.retry")}
                    </Button>
                )
            }
        />
    );
}

type Translate = ReturnType<typeof useTranslation<"shared">>["t"];

export function words(problem: Problem, t: Translate): string {
    if (problem.code === "unreachable") return t("problem.unreachable");
    if (problem.code === "unauthenticated") return t("problem.unauthenticated");
    if (problem.code === "forbidden") return t("problem.forbidden");
    if (problem.status === 404) return t("problem.notFound");
    if (problem.status === 503) return t("problem.busy");
    return t("problem.other", { code: problem.code, detail: problem.detail });
}
