import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type Code = Schemas["CodeDoor"];
export type FormDoor = Schemas["FormDoor"];

export function useCodes() {
    return useCursorList<Code>(
        ["codes"],
        (cursor) => answer(api.GET("/api/v1/codes", { params: { query: { cursor, limit: 50 } } })),
        { refetchInterval: 10_000 },
    );
}

export function useForms() {
    return useCursorList<FormDoor>(
        ["forms"],
        (cursor) => answer(api.GET("/api/v1/forms", { params: { query: { cursor, limit: 50 } } })),
        { refetchInterval: 10_000 },
    );
}

export function useSaveCode() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ id, body }: { id: string; body: Schemas["CodePut"] }) =>
            answer(api.PUT("/api/v1/codes/{id}", { params: { path: { id } }, body })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["codes"] }),
    });
}

export function useRemoveCode() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (id: string) => answer(api.DELETE("/api/v1/codes/{id}", { params: { path: { id } } })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["codes"] }),
    });
}

export function useSaveForm() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ id, body }: { id: string; body: Schemas["FormDefinition"] }) =>
            answer(api.PUT("/api/v1/forms/{id}", { params: { path: { id } }, body })),
        onSuccess: () => queries.invalidateQueries({ queryKey: ["forms"] }),
    });
}
