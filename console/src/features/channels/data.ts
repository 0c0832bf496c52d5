import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";

export type Manifest = Schemas["Manifest"];
export type Endpoint = Schemas["Endpoint"];
export type Field = Schemas["ChannelField"];

export function useManifests() {
    return useQuery({ queryKey: ["channels"], queryFn: () => answer(api.GET("/api/v1/channels")), staleTime: Infinity });
}

export function useEndpoints() {
    return useQuery({ queryKey: ["endpoints"], queryFn: () => answer(api.GET("/api/v1/endpoints")), refetchInterval: 10_000 });
}

/** Looked at every few seconds: one waits for the first delivery here. */
export function useEndpoint(channel: string, id: string) {
    return useQuery({
        queryKey: ["endpoints", channel, id],
        queryFn: () => answer(api.GET("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } } })),
        refetchInterval: 3_000,
    });
}

export function useSaveEndpoint() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, id, body }: { channel: string; id: string; body: Schemas["EndpointPut"] }) =>
            answer(api.PUT("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } }, body })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["endpoints"] }),
    });
}

export function useRemoveEndpoint() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, id }: { channel: string; id: string }) => answer(api.DELETE("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["endpoints"], exact: true }),
    });
}

/** The body of a form: empty secrets stay as they are, empty settings are not set. */
export function bodyOf(manifest: Manifest, values: Record<string, string | undefined>): Schemas["EndpointPut"] {
    const given = (fields: Field[], prefix: string) =>
        Object.fromEntries(fields.map((field) => [field.name, values[prefix + field.name]?.trim() ?? ""] as const).filter(([, value]) => value !== ""));
    return { secrets: given(manifest.secrets, "secret."), settings: given(manifest.settings, "setting."), owner: values.owner?.trim() ?? "" };
}
