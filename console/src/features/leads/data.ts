import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type Lead = Schemas["Lead"];
export type LeadSummary = Schemas["LeadSummary"];
export type LeadState = Schemas["LeadState"];

/** Still in somebody's hands: may be answered, handed over or closed. */
export const isOpen = (state: LeadState): boolean => ["sales_ready", "queued", "accepted"].includes(state);

export function useLeads(filter: { state?: LeadState; owner?: string }) {
    return useCursorList<LeadSummary>(
        ["leads", filter],
        (cursor) => answer(api.GET("/api/v1/leads", { params: { query: { ...filter, cursor, limit: 30 } } })),
        { refetchInterval: 10_000 },
    );
}

export function useLead(id: string) {
    return useQuery({
        queryKey: ["lead", id],
        queryFn: () => answer(api.GET("/api/v1/leads/{id}", { params: { path: { id } } })),
        refetchInterval: 10_000,
    });
}

export function useChangeLead(id: string) {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (body: Schemas["LeadPatch"]) => answer(api.PATCH("/api/v1/leads/{id}", { params: { path: { id } }, body })),
        onSuccess: async (lead) => {
            queries.setQueryData(["lead", id], lead);
            await Promise.all(["leads", "tasks", "profile"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
        },
    });
}
