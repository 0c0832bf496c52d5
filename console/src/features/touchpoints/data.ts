import { useQuery } from "@tanstack/react-query";
import { api, answer, type Schemas } from "../../shared/api/client";
import { useCursorList } from "../../shared/api/list";

export type InventoryItem = Schemas["InventoryItem"];
export type Touchpoint = Schemas["TouchpointOfProfile"];

export interface Kind {
    channel?: string;
    endpoint?: string;
    name?: string;
}

export function useInventory() {
    return useQuery({
        queryKey: ["inventory"],
        queryFn: () => answer(api.GET("/api/v1/inventory")),
        refetchInterval: 10_000,
    });
}

export function useTouchpoints(kind: Kind) {
    return useCursorList<Touchpoint>(
        ["touchpoints", kind],
        (cursor) => answer(api.GET("/api/v1/touchpoints", { params: { query: { ...kind, cursor, limit: 30 } } })),
        { refetchInterval: 10_000 },
    );
}

export function useTouchpoint(id: string) {
    return useQuery({
        queryKey: ["touchpoint", id],
        queryFn: () => answer(api.GET("/api/v1/touchpoints/{id}", { params: { path: { id } } })),
    });
}

export interface Door {
    channel: string;
    endpoint: string;
    owner?: string | null;
    format: string;
    count: number;
    last: number;
    items: InventoryItem[];
}

/** What arrives, door by door, the busiest first; what the suite itself noted comes last. */
export function byDoor(items: readonly InventoryItem[]): Door[] {
    const doors = new Map<string, Door>();
    for (const item of items) {
        const key = JSON.stringify([item.channel, item.endpoint]);
        const door = doors.get(key) ?? {
            channel: item.channel,
            endpoint: item.endpoint,
            owner: item.owner,
            format: item.format,
            count: 0,
            last: 0,
            items: [],
        };
        door.count += item.count;
        door.last = Math.max(door.last, item.last_seen_at);
        door.items.push(item);
        doors.set(key, door);
    }
    const own = (door: Door) => (door.format === "own" ? 1 : 0);
    for (const door of doors.values()) door.items.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
    return [...doors.values()].sort((a, b) => own(a) - own(b) || b.count - a.count);
}
