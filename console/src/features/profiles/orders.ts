// A person's orders, made from what the log holds about them: the page, the shop and the payment provider
// may each have told of the same one.

export interface Told {
    id: string;
    name: string;
    channel: string;
    endpoint?: string | null;
    occurred_at: number;
    properties: unknown;
}

export type OrderState = "pending" | "paid" | "fulfilled" | "refunded" | "partly_refunded" | "cancelled";

export interface Line {
    title: string;
    quantity: number;
}

export interface Order {
    key: string;
    /** What people call it: `#1001`. */
    number?: string;
    at: number;
    channel: string;
    endpoint?: string | null;
    state: OrderState;
    minor?: number;
    refunded: number;
    currency?: string;
    lines: Line[];
    /** The touchpoints that told of it, the first one first. */
    told: string[];
}

/** The names under which the log tells of an order. */
export const ORDER_EVENTS = [
    "order.created",
    "order.paid",
    "order.updated",
    "order.fulfilled",
    "order.refunded",
    "order.cancelled",
] as const;

/** An order goes on: what was told later in this list holds over what stands before it. */
const RANK: OrderState[] = ["pending", "paid", "fulfilled", "partly_refunded", "refunded", "cancelled"];

type Document = Record<string, unknown>;

const isDocument = (value: unknown): value is Document =>
    typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | undefined =>
    (typeof value === "string" && value.trim()) || (typeof value === "number" ? String(value) : undefined) || undefined;

function first(document: Document, fields: readonly string[]): string | undefined {
    return fields.map((field) => textOf(document[field])).find((text) => text !== undefined);
}

function linesOf(properties: Document): Line[] {
    const listed = ["line_items", "items", "products", "lines"].map((field) => properties[field]).find(Array.isArray);
    return ((listed ?? []) as unknown[]).filter(isDocument).flatMap((line) => {
        const title = first(line, ["title", "name", "product_name", "productName", "item_name", "sku", "product_id"]);
        const quantity = Number(line.quantity ?? line.qty ?? 1);
        return title ? [{ title, quantity: Number.isFinite(quantity) && quantity > 0 ? quantity : 1 }] : [];
    });
}

const minorOf = (properties: Document, fields: readonly string[]): number | undefined =>
    fields.map((field) => properties[field]).find((value) => typeof value === "number" && Number.isFinite(value)) as
        number | undefined;

function stateOf(name: string, properties: Document): OrderState | undefined {
    switch (name) {
        case "order.created":
            return "pending";
        case "order.paid":
            return "paid";
        case "order.fulfilled":
            return "fulfilled";
        case "order.cancelled":
            return "cancelled";
        case "order.refunded":
            return "refunded";
        default:
            return textOf(properties.financial_status) === "paid" ? "paid" : undefined;
    }
}

/** One order each, the newest first. What has no order's number is an order of its own. */
export function ordersOf(told: readonly Told[]): Order[] {
    const orders = new Map<string, Order>();
    const refunds = new Map<string, Map<string, number>>();
    for (const one of [...told].sort((a, b) => a.occurred_at - b.occurred_at)) {
        const properties = isDocument(one.properties) ? one.properties : {};
        const key = first(properties, ["order_id", "orderId", "transaction_id"]) ?? one.id;
        const order: Order = orders.get(key) ?? {
            key,
            at: one.occurred_at,
            channel: one.channel,
            endpoint: one.endpoint,
            state: "pending",
            refunded: 0,
            lines: [],
            told: [],
        };
        orders.set(key, order);
        order.told.push(one.id);
        order.number ??= first(properties, ["order_name", "order_number", "receipt"]);
        order.currency ??= first(properties, ["currency"])?.toUpperCase();
        const lines = linesOf(properties);
        const state = stateOf(one.name, properties);
        if (state === "refunded") {
            const refund = minorOf(properties, ["refund_minor", "amount_minor", "total_minor"]) ?? 0;
            const known = refunds.get(key) ?? new Map<string, number>();
            // What has been paid back so far holds all refunds before it.
            const soFar = properties.is_total === true;
            if (soFar) known.set("so far", Math.max(known.get("so far") ?? 0, refund));
            else known.set(first(properties, ["refund_id"]) ?? one.id, refund);
            refunds.set(key, known);
            order.refunded = [...known.values()].reduce((sum, part) => sum + part, 0);
        } else {
            order.minor = minorOf(properties, ["total_minor", "amount_minor"]) ?? order.minor;
            if (lines.length > order.lines.length) order.lines = lines;
        }
        if (state && RANK.indexOf(state) > RANK.indexOf(order.state)) order.state = state;
        const partly = order.state === "refunded" && order.minor !== undefined && order.refunded < order.minor;
        if (partly && order.refunded > 0) order.state = "partly_refunded";
    }
    return [...orders.values()].sort((a, b) => b.at - a.at);
}
