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
        // Shown at once: who ticks two boxes quickly must not lose the first.
        onMutate: async (body) => {
            await queries.cancelQueries({ queryKey: ["setup"] });
            queries.setQueryData<Setup>(["setup"], (before) => before && said(before, body));
        },
        onSuccess: (setup) => queries.setQueryData(["setup"], setup),
        onError: () => queries.invalidateQueries({ queryKey: ["setup"] }),
    });
}

/** The answers as they will be; which steps are done, the API says. */
export function said(before: Setup, { goal, touchpoints, pilot_team: team, watching }: SetupPut): Setup {
    return {
        ...before,
        goal: goal ?? before.goal,
        touchpoints: touchpoints ?? before.touchpoints,
        pilot_team: team ?? before.pilot_team,
        watching: watching ?? before.watching,
    };
}

/** The first step that is not done; all done: none. */
export function nextStep(setup: Setup): StepId | undefined {
    return STEPS.find((id) => !setup.steps.find((step) => step.id === id)?.done);
}
