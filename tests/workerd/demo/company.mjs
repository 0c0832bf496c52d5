// The company of the demo: what it sells, its five channels, its salespeople, one journey of its own.

import { DAY } from "./time.mjs";

export const SITE = "https://qinghe.example";
export const SHOP = "qinghe-demo.myshopify.com";
export const STORES = ["上海南京西路店", "北京三里屯店", "广州天河店"];

const product = (id, line, zh, en, price) => ({ id, line, zh, en, price, url: `${SITE}/products/${id}` });

export const PRODUCTS = [
    product("kettle-k1", "kettles", "智能水壶 K1", "Smart Kettle K1", 399),
    product("kettle-k3", "kettles", "商用水壶 K3", "Office Kettle K3", 1299),
    product("kettle-travel", "kettles", "旅行水壶", "Travel Kettle", 259),
    product("teapot-rain", "teaware", "雨过天青茶壶", "Celadon Teapot", 328),
    product("cup-pair", "teaware", "对杯", "Pair of Cups", 168),
    product("tea-tin", "teaware", "茶叶罐", "Tea Tin", 98),
    product("lamp-desk", "lighting", "护眼台灯", "Desk Lamp", 459),
    product("lamp-night", "lighting", "小夜灯", "Night Light", 89),
];

export const WECHAT_APP = "wxdemoqinghe00001";

const signing = (fill) => `whsec_${Buffer.alloc(32, fill).toString("base64")}`;

/** By door. These secrets are no secrets: the demo runs on a development installation only. */
export const ENDPOINTS = {
    web: { channel: "web", id: "demo-site", secrets: { write_key: "wk_demo_site" }, settings: { wechat_app_id: WECHAT_APP } },
    wechat: {
        channel: "wechat-official",
        id: "demo-oa",
        secrets: { token: "demotoken", encoding_aes_key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG" },
        settings: { app_id: WECHAT_APP, mode: "safe" },
    },
    shopify: { channel: "shopify", id: "demo-shop", secrets: { webhook_secret: "demo-shop-client-secret" } },
    pos: { channel: "standard-webhooks", id: "pos", secrets: { signing_secret: signing("till") } },
    expo: { channel: "standard-webhooks", id: "expo", secrets: { signing_secret: signing("fair") } },
};

const rep = (id, name, regions, product_lines, languages) => ({
    id,
    body: { name, regions, product_lines, languages, capacity: 20, on_shift: true, notify: { email: `${id}@qinghe.example` } },
});

export const SHANGHAI_REP = "wang-yan";

/** Emma covers every place, so each of her colleagues shares theirs with her. */
export const REPS = [
    rep("bai-lu", "白露 Bai Lu", ["北京", "天津"], ["kettles", "lighting"], ["zh"]),
    rep("chen-jie", "陈洁 Chen Jie", ["广东"], [], ["zh"]),
    rep("emma-clarke", "Emma Clarke", [], [], ["en"]),
    rep(SHANGHAI_REP, "王妍 Wang Yan", ["上海", "浙江"], ["kettles", "teaware"], ["zh", "en"]),
];

export const FAN_TAG = "微信粉丝";

/** Beside the shipped ones. It also takes the follows of the past weeks: a tag disturbs nobody. */
export const JOURNEY = {
    id: "wechat-fan",
    name: { zh: "标记微信粉丝", en: "Tag WeChat followers" },
    entry: { events: ["account.followed"], max_age_ms: 30 * DAY, reentry: "never" },
    steps: [{ id: "tag", type: "add_tag", tag: FAN_TAG, reason: "关注了公众号" }],
};
