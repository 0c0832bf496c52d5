// What the benchmark sends: people that are known already, doing what visitors of a shop do.

/** The write key of the endpoint `web/bench`. */
export const WRITE_KEY = "wk";

export const HEADERS = {
    authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString("base64")}`,
    "content-type": "application/json",
};

const CONTEXT = {
    ip: "203.0.113.7",
    locale: "zh-CN",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    campaign: { source: "newsletter", medium: "email", name: "autumn" },
};

/** Somebody with three identities: a browser, an account and an address. */
export function identify(person, messageId) {
    const traits = { email: `p${person}@example.com`, name: `Person ${person}` };
    return { type: "identify", messageId, anonymousId: `b${person}`, userId: `u${person}`, traits };
}

export function pageView(person, messageId) {
    const properties = { url: "https://shop.example/products", path: "/products", title: "Products" };
    return { type: "page", name: "Products", messageId, anonymousId: `b${person}`, userId: `u${person}`, properties, context: CONTEXT };
}

export function track(event, person, messageId, properties) {
    return { type: "track", event, messageId, anonymousId: `b${person}`, userId: `u${person}`, properties, context: CONTEXT };
}

export function order(person, messageId) {
    return track("Order Completed", person, messageId, { order_id: `o${messageId}`, total: 128.5, currency: "CNY" });
}

export function cart(person, messageId) {
    return track("Product Added", person, messageId, { cart_id: `c${person}`, product_id: "p1", name: "Kettle", price: 64 });
}

/** The `n`th event of the load: mostly looking, sometimes a cart, sometimes an order. */
export function visit(n, people, messageId) {
    // Coprime with the number of people, so that neighbours in time are different persons.
    const person = (n * 7919) % people;
    const kind = n % 20;
    if (kind === 0) return order(person, messageId);
    if (kind === 1) return cart(person, messageId);
    if (kind < 6) return track("Product Viewed", person, messageId, { product_id: `p${n % 500}`, name: "Kettle", price: 64 });
    return pageView(person, messageId);
}
