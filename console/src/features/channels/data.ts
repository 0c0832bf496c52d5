import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";

export type Manifest = Schemas["Manifest"];
export type Endpoint = Schemas["Endpoint"];
export type Field = Schemas["ChannelField"];

export function useManifests() {
    return useQuery({
        queryKey: ["channels"],
        queryFn: () => answer(api.GET("/api/v1/channels")),
        staleTime: Infinity,
    });
}

export function useEndpoints() {
    return useQuery({
        queryKey: ["endpoints"],
        queryFn: () => answer(api.GET("/api/v1/endpoints")),
        refetchInterval: 10_000,
    });
}

/** Looked at every few seconds: one waits for the first delivery here. */
export function useEndpoint(channel: string, id: string) {
    return useQuery({
        queryKey: ["endpoints", channel, id],
        queryFn: () => answer(api.GET("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } } })),
        refetchInterval: 3_000,
    });
}

/** What the vendor was asked for this endpoint; undefined where nothing was. */
export function useEnrichment(channel: string, id: string) {
    return useQuery({
        queryKey: ["enrichments"],
        queryFn: () => answer(api.GET("/api/v1/enrichments")),
        select: ({ items }) => items.find((one) => one.channel === channel && one.endpoint === id),
        refetchInterval: 10_000,
    });
}

export function useAskAgain() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, endpoint }: { channel: string; endpoint: string }) =>
            answer(
                api.POST("/api/v1/enrichments/{channel}/{endpoint}/ask-again", {
                    params: { path: { channel, endpoint } },
                }),
            ),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["enrichments"] }),
    });
}

/** Who may answer for an endpoint: the company's users, where one may see them. */
export function useOwners(): { value: string; label: string }[] {
    const may = useMay("users:view");
    const users = useQuery({
        queryKey: ["users", "all"],
        queryFn: () => answer(api.GET("/api/v1/users", { params: { query: { limit: 200 } } })),
        enabled: may,
        staleTime: 60_000,
    });
    return (users.data?.items ?? []).map((user) => ({ value: user.id, label: user.name }));
}

/** The user's name; what was typed before owners were chosen stays as it is. */
export function useOwnerName(): (owner: string) => string {
    const owners = useOwners();
    return (owner) => owners.find((one) => one.value === owner)?.label ?? owner;
}

export function useSaveEndpoint() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, id, body }: { channel: string; id: string; body: Schemas["EndpointPut"] }) =>
            answer(api.PUT("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } }, body })),
        onSuccess: () =>
            Promise.all(["endpoints", "vocabulary"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    });
}

export function useTestEndpoint() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, id }: { channel: string; id: string }) =>
            answer(api.POST("/api/v1/endpoints/{channel}/{id}/test", { params: { path: { channel, id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["endpoints"] }),
    });
}

export function useRemoveEndpoint() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ channel, id }: { channel: string; id: string }) =>
            answer(api.DELETE("/api/v1/endpoints/{channel}/{id}", { params: { path: { channel, id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["endpoints"], exact: true }),
    });
}

/** The body of a form: empty secrets stay as they are, empty settings are not set, what the form does not ask stays. */
export function bodyOf(
    manifest: Manifest,
    values: Record<string, string | undefined>,
    before: Record<string, string> = {},
): Schemas["EndpointPut"] {
    const given = (fields: Field[], prefix: string) => {
        const entries = fields.map((field) => [field.name, values[prefix + field.name]?.trim() ?? ""] as const);
        return Object.fromEntries(entries.filter(([, value]) => value !== ""));
    };
    const isAsked = (name: string) => asked(manifest).some((field) => field.name === name);
    const others = Object.fromEntries(Object.entries(before).filter(([name]) => !isAsked(name)));
    return {
        secrets: given(manifest.secrets, "secret."),
        settings: { ...others, ...given(asked(manifest), "setting.") },
        owner: values.owner?.trim() ?? "",
        label: values.label?.trim() ?? "",
    };
}

/** What the form asks for: a mapping has an editor of its own. */
export function asked(manifest: Manifest): Field[] {
    return manifest.settings.filter((field) => field.name !== "mapping");
}

/** Where nothing signs, the address is the secret: 128 random bits. */
export function unguessable(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
