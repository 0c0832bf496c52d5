import { expect, test } from "vitest";
import { byDoor, type InventoryItem } from "./data";

const item = (channel: string, name: string, count: number, format = "json"): InventoryItem => ({
    channel,
    endpoint: "one",
    name,
    count,
    format,
    first_seen_at: 1,
    last_seen_at: count,
    owner: null,
});

test("doors come by how much they bring, the suite's own last", () => {
    const doors = byDoor([
        item("tributary", "$tag.added", 900, "own"),
        item("web", "A", 3),
        item("shopify", "order.paid", 7),
        item("web", "B", 5),
    ]);
    expect(doors.map((door) => [door.channel, door.count, door.last])).toEqual([
        ["web", 8, 5],
        ["shopify", 7, 7],
        ["tributary", 900, 900],
    ]);
    expect(doors[0]?.items.map((one) => one.name)).toEqual(["B", "A"]);
});
