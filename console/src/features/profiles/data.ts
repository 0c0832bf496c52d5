import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type Profile = Schemas["Profile"];
export type Edge = Schemas["ProfileEdge"];
export type Touchpoint = Schemas["TouchpointOfProfile"];

export function useProfiles() {
    return useCursorList<Profile>(["profiles"], (cursor) =>
        answer(api.GET("/api/v1/profiles", { params: { query: { cursor, limit: 30 } } })),
    );
}

export function useProfile(id: string) {
    return useQuery({
        queryKey: ["profile", id],
        queryFn: () => answer(api.GET("/api/v1/profiles/{id}", { params: { path: { id } } })),
        refetchInterval: 10_000,
    });
}

export function useEdges(id: string) {
    return useQuery({
        queryKey: ["profile", id, "edges"],
        queryFn: () => answer(api.GET("/api/v1/profiles/{id}/identities", { params: { path: { id } } })),
    });
}

export interface Part {
    channels?: string[];
    names?: string[];
    /** With what the suite itself noted. */
    own: boolean;
}

/** Live: what happens while one looks appears by itself. */
export function useTimeline(id: string, { channels = [], names = [], own }: Part) {
    const some = (values: string[]) => (values.length > 0 ? values : undefined);
    const filter = { channel: some(channels), name: some(names), own: own ? undefined : "false" };
    const path = { id };
    return useCursorList<Touchpoint>(
        ["profile", id, "timeline", filter],
        (cursor) => {
            const query = { ...filter, cursor, limit: 30 };
            return answer(api.GET("/api/v1/profiles/{id}/timeline", { params: { path, query } }));
        },
        { refetchInterval: 3_000 },
    );
}

export interface Cut {
    edge: { a: string; b: string };
    reason: string;
    restore: boolean;
    preview: boolean;
}

const unmerge = (id: string, cut: Cut) =>
    answer(api.POST("/api/v1/profiles/{id}/unmerge", { params: { path: { id } }, body: cut }));

/** What would become of the profiles. Writes nothing. */
export function usePreview(id: string, edge: Edge) {
    return useQuery({
        queryKey: ["profile", id, "preview", edge.a, edge.b],
        queryFn: () => unmerge(id, { edge: { a: edge.a, b: edge.b }, reason: "", restore: false, preview: true }),
        staleTime: 0,
    });
}

export function useCut(id: string) {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (cut: Omit<Cut, "preview">) => unmerge(id, { ...cut, preview: false }),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["profile"] }),
    });
}
