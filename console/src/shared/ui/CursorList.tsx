import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Button, Empty, Flex, Skeleton, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "./ProblemAlert";

export interface Listed<T> {
    items: T[];
    next_cursor?: string | null;
    total?: number | null;
}

interface Props<T> {
    query: UseInfiniteQueryResult<{ pages: Listed<T>[] }>;
    /** What to do next, where there is nothing. */
    empty: ReactNode;
    row: (item: T) => ReactNode;
    keyOf: (item: T) => string;
    /** Under which heading it stands; items of one heading come one after the other. */
    groupOf?: (item: T) => string;
}

/** A list that goes on by cursor: rows on a desk, cards on a phone, a word where it is empty. */
export function CursorList<T>({ query, empty, row, keyOf, groupOf }: Props<T>) {
    const { t } = useTranslation("shared");
    if (query.isPending) return <Skeleton active />;
    if (query.isError) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
    const items = query.data.pages.flatMap((page) => page.items);
    const total = query.data.pages[0]?.total;
    // A page may hold nothing where what is looked for is rare: then there is more further back.
    if (items.length === 0 && !query.hasNextPage)
        return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />;
    return (
        <Flex vertical gap={12}>
            {grouped(items, groupOf).map(({ heading, members }) => (
                <section key={heading ?? ""}>
                    {heading && <h2 className="heading">{heading}</h2>}
                    <ul className="list">
                        {members.map((item) => (
                            <li key={keyOf(item)}>{row(item)}</li>
                        ))}
                    </ul>
                </section>
            ))}
            <Flex gap={12} align="center">
                {query.hasNextPage && (
                    <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                        {items.length > 0 ? t("list.more") : t("list.further")}
                    </Button>
                )}
                <Typography.Text type="secondary">
                    {typeof total === "number"
                        ? t("list.total", { count: total })
                        : !query.hasNextPage && t("list.end")}
                </Typography.Text>
            </Flex>
        </Flex>
    );
}

interface Group<T> {
    heading?: string;
    members: T[];
}

function grouped<T>(items: T[], groupOf?: (item: T) => string): Group<T>[] {
    if (items.length === 0) return [];
    if (!groupOf) return [{ members: items }];
    const groups = new Map<string, T[]>();
    for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), item]);
    return [...groups].map(([heading, members]) => ({ heading, members }));
}
