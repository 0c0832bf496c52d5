// What the five channels send, as their systems write it: one function per kind of touchpoint.
// Every delivery has an id that is the same in every run, so that a second run adds nothing.

import { SITE } from "./company.mjs";
import { iso } from "./time.mjs";

/** An event of the web SDK: `who` holds userId, anonymousId or both, `what` the rest. */
const web = (id, at, { userId, anonymousId }, what) => ({
    door: "web",
    id,
    at,
    event: { messageId: id, timestamp: iso(at), userId, anonymousId, ...what },
});

export const track = (id, at, who, event, properties = {}) => web(id, at, who, { type: "track", event, properties });

export const page = (id, at, who, name, path, { campaign, referrer } = {}) => {
    const url = `${SITE}${path}`;
    const context = { page: { url, referrer }, campaign };
    return web(id, at, who, { type: "page", name, properties: { url, title: name }, context });
};

export const identify = (id, at, who, traits) => web(id, at, who, { type: "identify", traits });

const total = (products) => products.reduce((sum, product) => sum + product.price, 0);

const named = ({ id, zh, en, url, line, price }, abroad) => ({ product_id: id, name: abroad ? en : zh, url, product_line: line, price });

export const viewed = (id, at, who, product, abroad) => track(id, at, who, "Product Viewed", named(product, abroad));

export const addedToCart = (id, at, who, cart, product, abroad) =>
    track(id, at, who, "Product Added", { cart_id: cart, ...named(product, abroad), quantity: 1, checkout_url: `${SITE}/cart/${cart}` });

export const ordered = (id, at, who, order, products, cart) =>
    track(id, at, who, "Order Completed", {
        order_id: order,
        cart_id: cart,
        total: total(products),
        currency: "CNY",
        products: products.map((product) => ({ ...named(product), quantity: 1 })),
    });

const wechat = (id, at, openid, fields) => ({
    door: "wechat",
    id,
    at,
    openid,
    fields: { FromUserName: openid, CreateTime: Math.floor(at / 1_000), ...fields },
});

export const followed = (id, at, openid, scene) =>
    wechat(id, at, openid, { MsgType: "event", Event: "subscribe", EventKey: scene ? `qrscene_${scene}` : "" });

export const clicked = (id, at, openid, key) => wechat(id, at, openid, { MsgType: "event", Event: "CLICK", EventKey: key });

/** `number` becomes WeChat's MsgId, by which it is told from others. */
export const asked = (id, at, openid, number, text) =>
    wechat(id, at, openid, { MsgType: "text", Content: text, MsgId: String(24_600_000_000_000_000n + BigInt(number)) });

const lines = (products, abroad) =>
    products.map(({ id, zh, en, price }, index) => ({
        id: index + 1,
        product_id: id,
        title: abroad ? en : zh,
        quantity: 1,
        price: price.toFixed(2),
    }));

const shopify = (id, at, topic, body) => ({
    door: "shopify",
    id,
    at,
    topic,
    body: { ...body, updated_at: iso(at), created_at: iso(at) },
});

const buyer = ({ email, phone = null, name, shopifyCustomer }) => ({
    email,
    phone,
    customer: { id: shopifyCustomer, email, phone, first_name: name },
});

const worth = (products) => ({ currency: "CNY", total_price: total(products).toFixed(2) });

export const shopOrder = (id, at, one, number, products, cart) =>
    shopify(id, at, "orders/paid", {
        id: 5_600_000_000_000 + number,
        name: `#${1_000 + number}`,
        financial_status: "paid",
        cart_token: cart ?? null,
        ...buyer(one),
        ...worth(products),
        line_items: lines(products, one.abroad),
    });

export const shopCart = (id, at, cart, products) =>
    shopify(id, at, "carts/create", { id: cart, token: cart, line_items: lines(products) });

export const shopCheckout = (id, at, one, cart, products) =>
    shopify(id, at, "checkouts/create", {
        id: 9_800_000_000_000 + one.n,
        token: `chk-${cart}`,
        cart_token: cart,
        abandoned_checkout_url: `${SITE}/checkouts/${cart}/recover`,
        ...buyer(one),
        ...worth(products),
        line_items: lines(products, one.abroad),
    });

const webhook = (door, id, at, type, data) => ({ door, id, at, body: { type, timestamp: iso(at), data } });

export const till = (id, at, type, data) => webhook("pos", id, at, type, data);

export const fair = (id, at, type, data) => webhook("expo", id, at, type, data);

export const sold = (id, at, who, store, products) =>
    till(id, at, "pos.sale.completed", {
        ...who,
        store,
        receipt: id,
        total_minor: total(products) * 100,
        currency: "CNY",
        items: products.map((product) => ({ sku: product.id, name: product.zh, quantity: 1 })),
    });
