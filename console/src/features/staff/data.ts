import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type User = Schemas["User"];
export type Team = Schemas["Team"];

export function useUsers() {
    return useCursorList<User>(["users"], (cursor) =>
        answer(api.GET("/api/v1/users", { params: { query: { cursor, limit: 50 } } })),
    );
}

export function useTeams() {
    return useQuery({ queryKey: ["teams"], queryFn: () => answer(api.GET("/api/v1/teams")) });
}

export function usePersonalFields() {
    return useQuery({ queryKey: ["personal-fields"], queryFn: () => answer(api.GET("/api/v1/personal-fields")) });
}

/** An id somebody may have, made of the address's first part. */
export function idOf(email: string): string {
    const local = email.split("@")[0] ?? "";
    return local
        .toLowerCase()
        .replace(/[^a-z0-9._-]+/g, "-")
        .replace(/^[^a-z0-9]+/, "")
        .slice(0, 64);
}

/** What may be changed here; what it touches is read again. */
function useChange<T>(change: (input: T) => Promise<unknown>, touches: readonly string[]) {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: change,
        onSuccess: () => Promise.all(touches.map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    });
}

export const useSaveUser = () =>
    useChange(
        ({ id, body }: { id: string; body: Schemas["UserPut"] }) =>
            answer(api.PUT("/api/v1/users/{id}", { params: { path: { id } }, body })),
        ["users", "session"],
    );

export const useSavePersonalFields = () =>
    useChange(
        (fields: string[]) => answer(api.PUT("/api/v1/personal-fields", { body: { fields } })),
        ["personal-fields"],
    );

export const useSignOutUser = () =>
    useChange((id: string) => answer(api.POST("/api/v1/users/{id}/sign-out", { params: { path: { id } } })), ["users"]);

export const useSaveTeam = () =>
    useChange(
        ({ id, name }: Team) => answer(api.PUT("/api/v1/teams/{id}", { params: { path: { id } }, body: { name } })),
        ["teams"],
    );

export const useRemoveTeam = () =>
    useChange(
        (id: string) => answer(api.DELETE("/api/v1/teams/{id}", { params: { path: { id } } })),
        ["teams", "users"],
    );
