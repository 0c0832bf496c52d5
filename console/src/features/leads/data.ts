import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import { useMay } from "../../shared/api/session";
import { phone } from "../../shared/lib/phone";

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

/** The identities of the person behind a lead: all of them where one may see the profile. */
export function useContacts(lead: Lead): string[] | undefined {
    const may = useMay("profiles:view");
    const id = lead.profile ?? "";
    const profile = useQuery({
        queryKey: ["profile", id],
        queryFn: () => answer(api.GET("/api/v1/profiles/{id}", { params: { path: { id } } })),
        enabled: may && id !== "",
    });
    if (may && id && profile.isPending) return undefined;
    return profile.data?.identities.map((one) => one.identity) ?? [lead.identity];
}

/** A name that is a number or an address is shown as such. */
export function shownName(name: string): string | undefined {
    return phone(name.trim()) || undefined;
}

export function useChangeLead(id: string) {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (body: Schemas["LeadPatch"]) =>
            answer(api.PATCH("/api/v1/leads/{id}", { params: { path: { id } }, body })),
        onSuccess: async (lead) => {
            queries.setQueryData(["lead", id], lead);
            await Promise.all(
                ["leads", "tasks", "profile"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
            );
        },
    });
}
