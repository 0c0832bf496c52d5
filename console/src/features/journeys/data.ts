import { useQuery } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";
import type { Step } from "./flow";

export type Journey = Schemas["Journey"];
export type StepForm = Schemas["StepForm"];
export type Run = Schemas["Run"];

export interface Definition {
    name: Schemas["Text"];
    enabled?: boolean;
    entry: Schemas["JourneyEntry"];
    goal?: Schemas["JourneyGoal"] | null;
    steps: Step[];
}

/** What the API keeps as a document of its own. */
export const definitionOf = (journey: Journey) => journey.definition as Definition;

export function useJourneys() {
    return useQuery({
        queryKey: ["journeys"],
        queryFn: () => answer(api.GET("/api/v1/journeys")),
        refetchInterval: 10_000,
    });
}

export function useJourney(id: string) {
    return useQuery({
        queryKey: ["journey", id],
        queryFn: () => answer(api.GET("/api/v1/journeys/{id}", { params: { path: { id } } })),
        refetchInterval: 10_000,
    });
}

export function useRuns(id: string) {
    return useCursorList<Run>(
        ["journey", id, "runs"],
        (cursor) =>
            answer(api.GET("/api/v1/journeys/{id}/runs", { params: { path: { id }, query: { cursor, limit: 20 } } })),
        { refetchInterval: 10_000 },
    );
}

/** A text of the definition in this language, or in the other. */
export function textOf(text: Schemas["Text"] | undefined, language: "zh" | "en"): string {
    return text?.[language] || text?.[language === "zh" ? "en" : "zh"] || "";
}
