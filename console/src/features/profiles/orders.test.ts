import { describe, expect, it } from "vitest";
import { ordersOf, type Told } from "./orders";

let at = 0;
const told = (name: string, properties: object, channel = "shopify"): Told => {
    at += 1_000;
    return { id: `tpt_${at}`, name, channel, endpoint: "shop", occurred_at: at, properties };
};

describe("orders", () => {
    it("are one by their id, whoever told of them", () => {
        const [order, ...others] = ordersOf([
            told("order.created", { order_id: "1", total_minor: 32_800, currency: "cny" }, "web"),
            told("order.paid", {
                order_id: 1,
                order_name: "#1001",
                total_minor: 32_800,
                line_items: [{ title: "茶壶" }],
            }),
            told("order.paid", { order_id: "1", total_minor: 32_800 }, "stripe"),
        ]);
        expect(others).toEqual([]);
        expect(order).toMatchObject({
            key: "1",
            number: "#1001",
            channel: "web",
            state: "paid",
            minor: 32_800,
            currency: "CNY",
            lines: [{ title: "茶壶", quantity: 1 }],
        });
        expect(order?.told).toHaveLength(3);
    });

    it("without a number are orders of their own, the newest first", () => {
        const orders = ordersOf([told("order.paid", { total_minor: 100 }), told("order.paid", { total_minor: 200 })]);
        expect(orders.map((order) => order.minor)).toEqual([200, 100]);
    });

    it.each([
        [["order.created"], "pending"],
        [["order.created", "order.paid"], "paid"],
        [["order.paid", "order.fulfilled"], "fulfilled"],
        [["order.fulfilled", "order.paid"], "fulfilled"],
        [["order.paid", "order.cancelled"], "cancelled"],
        [["order.created", "order.cancelled"], "cancelled"],
    ] as const)("%j are %s", (names, state) => {
        expect(ordersOf(names.map((name) => told(name, { order_id: "7", total_minor: 500 })))[0]?.state).toBe(state);
    });

    it("are refunded in part or whole, each refund once", () => {
        const paid = told("order.paid", { order_id: "9", total_minor: 1_000 });
        const refund = (refund_id: string, total_minor: number) =>
            told("order.refunded", { order_id: "9", refund_id, total_minor });
        const half = refund("r1", 500);
        expect(ordersOf([paid, half, { ...half, id: "again" }])[0]).toMatchObject({
            state: "partly_refunded",
            refunded: 500,
            minor: 1_000,
        });
        expect(ordersOf([paid, half, refund("r2", 500)])[0]).toMatchObject({ state: "refunded", refunded: 1_000 });
    });

    it("are refunded by what the provider says has been paid back so far", () => {
        const paid = told("order.paid", { order_id: "9", total_minor: 5_000 });
        const soFar = (total_minor: number) => told("order.refunded", { order_id: "9", is_total: true, total_minor });
        expect(ordersOf([paid, soFar(1_000), soFar(3_000)])[0]).toMatchObject({ refunded: 3_000 });
    });

    it("have lines by any of the names that shops give them", () => {
        const lines = (properties: object) => ordersOf([told("order.paid", properties)])[0]?.lines;
        expect(lines({ items: [{ name: "对杯", quantity: 2 }] })).toEqual([{ title: "对杯", quantity: 2 }]);
        expect(lines({ products: [{ product_name: "Cup", qty: 3 }] })).toEqual([{ title: "Cup", quantity: 3 }]);
        expect(lines({ lines: [{ sku: "cup-1", quantity: "x" }] })).toEqual([{ title: "cup-1", quantity: 1 }]);
        expect(lines({ items: ["?", null, {}] })).toEqual([]);
        expect(lines({ items: "none" })).toEqual([]);
    });
});
