import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";

export type Setup = Schemas["Setup"];
export type SetupPut = Schemas["SetupPut"];
export const STEPS = ["goal", "touchpoints", "channel", "pilot", "watch"] as const;
export type StepId = (typeof STEPS)[number];

/** Live: one waits for the first event here. */
export function useSetup() {
    return useQuery({ queryKey: ["setup"], queryFn: () => answer(api.GET("/api/v1/setup")), refetchInterval: 3_000 });
}

export function useSay() {
    const queries = useQueryClient();
    return useMutation({
        mutationFn: (body: SetupPut) => answer(api.PUT("/api/v1/setup", { body })),
        onSuccess: (setup) => queries.setQueryData(["setup"], setup),
    });
}

/** The first step that is not done; all done: none. */
export function nextStep(setup: Setup): StepId | undefined {
    return STEPS.find((id) => !setup.steps.find((step) => step.id === id)?.done);
}
