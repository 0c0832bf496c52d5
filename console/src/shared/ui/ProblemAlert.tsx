import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/client";
import { explain } from "../lib/explain";
import { Id } from "./names";

/** What happened, and what to do about it. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }) {
    const { t, i18n } = useTranslation("shared");
    const problem = error instanceof Problem ? error : new Problem(500, "internal", "");
    const known = i18n.exists(`problems:${problem.code}`);
    const { t: said } = useTranslation("problems");
    return (
        <Alert
            type={problem.status === 403 ? "info" : "error"}
            showIcon
            title={known ? said(problem.code as "busy") : words(problem, t)}
            description={isSpecific(problem) ? <Detail problem={problem} /> : undefined}
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

/** Where it is wrong: in words where they are known, else what the server says of it, marked as its own. */
function Detail({ problem }: { problem: Problem }) {
    const { t } = useTranslation("shared");
    const fault = explain(problem.detail);
    if (!fault) return <Id>{problem.detail || problem.code}</Id>;
    return (
        <>
            {t(`fault.${fault.what}`)} {fault.name && <Id>{fault.name}</Id>}
            {fault.expected && (
                <>
                    {" "}
                    {t("fault.expected")} <Id>{fault.expected}</Id>
                </>
            )}{" "}
            {fault.line !== undefined && t("fault.at", { line: fault.line, column: fault.column })}
        </>
    );
}

type Translate = ReturnType<typeof useTranslation<"shared">>["t"];

/** Where the code alone does not say all: which field, which place. */
function isSpecific({ status, code }: Problem): boolean {
    return (
        status >= 400 && status !== 401 && status !== 403 && status !== 404 && status !== 503 && code !== "unreachable"
    );
}

export function words(problem: Problem, t: Translate): string {
    if (problem.code === "unreachable") return t("problem.unreachable");
    if (problem.code === "unauthenticated") return t("problem.unauthenticated");
    if (problem.code === "forbidden") return t("problem.forbidden");
    if (problem.status === 404) return t("problem.notFound");
    if (problem.status === 503) return t("problem.busy");
    return t("problem.other");
}
