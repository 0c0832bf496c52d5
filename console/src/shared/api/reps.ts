import { useQuery } from "@tanstack/react-query";
import { api, answer, type Schemas } from "./client";
import { useMay } from "./session";

export type Rep = Schemas["Rep"];

/** The salespeople; nobody where one may not see them. */
export function useReps(): Rep[] {
    const may = useMay("reps:view");
    const reps = useQuery({
        queryKey: ["reps"],
        queryFn: () => answer(api.GET("/api/v1/reps")),
        enabled: may,
        staleTime: 60_000,
    });
    return reps.data?.items ?? [];
}

/** What a rep is called; the id where nobody says. */
export function useRepName(): (id: string | null | undefined) => string | undefined {
    const reps = useReps();
    return (id) => (id ? (reps.find((rep) => rep.id === id)?.name ?? id) : undefined);
}
