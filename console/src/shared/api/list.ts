import { useInfiniteQuery } from "@tanstack/react-query";
import type { Listed } from "../ui/CursorList";

/** A list of the API, page by page. */
export function useCursorList<T>(
    key: readonly unknown[],
    load: (cursor: string | undefined) => Promise<Listed<T>>,
    options: { refetchInterval?: number; enabled?: boolean } = {},
) {
    return useInfiniteQuery({
        queryKey: key,
        queryFn: ({ pageParam }) => load(pageParam),
        initialPageParam: undefined as string | undefined,
        getNextPageParam: (last) => last.next_cursor ?? undefined,
        ...options,
    });
}
