import type { Schemas } from "../api/client";
import { useNames } from "./names";

type Task = Schemas["Task"];

/** What a to-do says: its kind in words and whom it is about; what a journey or a person wrote as it is. */
export function useTaskTitle(): (task: Pick<Task, "kind" | "title" | "detail">) => string {
    const names = useNames();
    return ({ kind, title, detail }) => {
        const word = names("taskKind", kind);
        const name = typeof detail === "object" && detail !== null && "name" in detail ? detail.name : undefined;
        // The suite's own titles hold both languages; a journey's title was chosen by its author.
        const own = kind === "follow_up_lead" || kind === "assign_lead";
        return own && word ? [word, typeof name === "string" ? name : ""].filter(Boolean).join(" · ") : title;
    };
}

export function TaskTitle({ task }: { task: Task }) {
    return <>{useTaskTitle()(task)}</>;
}
