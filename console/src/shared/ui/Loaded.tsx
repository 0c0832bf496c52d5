import type { UseQueryResult } from "@tanstack/react-query";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { ProblemAlert } from "./ProblemAlert";

/** What was asked for; until then that it is on its way, or why it does not come. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
    if (query.isPending) return <Skeleton active />;
    if (query.isError) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
    return <>{children(query.data)}</>;
}
