import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, answer, type Schemas } from "../../shared/api/client";

export type Setup = Schemas["Setup"];
export type SetupPut = Schemas["SetupPut"];
export const STEPS = ["goal", "touchpoints", "channel", "pilot", "watch"] as const;
const KEY = ["setup"];
export type StepId = (typeof STEPS)[number];

/** Live: one waits for the first event here. */
export function useSetup() {
    const queries = useQueryClient();
    return useQuery({
        queryKey: KEY,
        queryFn: () => answer(api.GET("/api/v1/setup")),
        // What is read while an answer is on its way would show the state before it.
        refetchInterval: () => (queries.isMutating({ mutationKey: KEY }) ? false : 3_000),
    });
}

export function useSay() {
    const queries = useQueryClient();
    return useMutation({
        mutationKey: KEY,
        // One after the other: the last one said is the last one kept.
        scope: { id: "setup" },
        mutationFn: (body: SetupPut) => answer(api.PUT("/api/v1/setup", { body })),
        // Shown at once: who ticks two boxes quickly must not lose the first.
        onMutate: async (body) => {
            await queries.cancelQueries({ queryKey: KEY });
            queries.setQueryData<Setup>(KEY, (before) => before && said(before, body));
        },
        onSuccess: (setup) => queries.setQueryData(KEY, setup),
        onError: () => queries.invalidateQueries({ queryKey: KEY }),
    });
}

/** The answers as this person sees them: what was just ticked holds from the click on, not from the reply. */
export function useAnswers(setup: Setup) {
    const say = useSay();
    const [draft, setDraft] = useState<SetupPut>({});
    return {
        shown: said(setup, draft),
        error: say.isError ? say.error : undefined,
        say: (body: SetupPut) => {
            setDraft(body);
            // Runs for the last answer alone, so an earlier reply does not take back a later tick.
            say.mutate(body, { onSettled: () => setDraft({}) });
        },
    };
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
