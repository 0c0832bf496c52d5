import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type Task = Schemas["Task"];
export type TaskState = Schemas["TaskState"];

export function useTasks(filter: { owner?: string; state?: TaskState }) {
    return useCursorList<Task>(
        ["tasks", filter],
        (cursor) => answer(api.GET("/api/v1/tasks", { params: { query: { ...filter, cursor, limit: 30 } } })),
        { refetchInterval: 10_000 },
    );
}

export function useSetTask() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: ({ id, state }: { id: string; state: TaskState }) =>
            answer(api.PATCH("/api/v1/tasks/{id}", { params: { path: { id } }, body: { state } })),
        onSuccess: () =>
            Promise.all(["tasks", "lead", "profile"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    });
}
