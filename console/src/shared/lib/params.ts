// What a page shows is in its address: a link to it shows the same, and Back returns to it.
import { useNavigate, useSearch } from "@tanstack/react-router";

type Search = Record<string, unknown>;

const textOf = (value: unknown): string | undefined =>
    typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

/** Several values as they may stand in an address: none, one, or a list. */
export function listOf(value: unknown): string[] {
    const values = Array.isArray(value) ? value : [value];
    return values.map(textOf).filter((one) => one !== undefined);
}

/** Changes the address in place: looking around is not a way that Back goes through. */
function useChange(): (change: Search) => void {
    const navigate = useNavigate();
    return (change) =>
        void navigate({ to: ".", search: ((before: Search) => ({ ...before, ...change })) as never, replace: true });
}

/** One of these choices, the first where the address says nothing or something else. */
export function useChoice<T extends string>(name: string, choices: readonly [T, ...T[]]): [T, (value: T) => void] {
    const search: Search = useSearch({ strict: false });
    const change = useChange();
    const chosen = choices.find((choice) => choice === search[name]) ?? choices[0];
    return [chosen, (value) => change({ [name]: value === choices[0] ? undefined : value })];
}

export function useText(name: string): [string | undefined, (value: string | undefined) => void] {
    const search: Search = useSearch({ strict: false });
    const change = useChange();
    return [textOf(search[name]), (value) => change({ [name]: value || undefined })];
}

export function useList(name: string): [string[], (values: string[]) => void] {
    const search: Search = useSearch({ strict: false });
    const change = useChange();
    return [listOf(search[name]), (values) => change({ [name]: values.length > 0 ? values : undefined })];
}
