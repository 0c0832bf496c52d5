// 李娜, whom the README looks up: from a search on Baidu to a lead, over all five channels.

import { PRODUCTS, STORES } from "./company.mjs";
import { interest } from "./live.mjs";
import { DAY, HOUR, MINUTE, SECOND, ago } from "./time.mjs";
import { asked, fair, followed, identify, page, shopCart, shopCheckout, shopOrder, sold, till, track, viewed } from "./touch.mjs";

export const LI_NA = {
    n: 0,
    name: "李娜",
    email: "li.na@example.com",
    phone: "13800138000",
    userId: "demo-lina",
    anonymousId: "demo-browser-lina",
    openid: "oDemoQingheLiNa",
    shopifyCustomer: 7_300_000_000_000,
    foundBy: "phone:+8613800138000",
};

export const KEYWORD = "智能水壶";
const CART = "demo-cart-lina";
const [kettle, office, , teapot] = PRODUCTS;
const nameless = { anonymousId: LI_NA.anonymousId };
const known = { ...nameless, userId: LI_NA.userId };

/** Five channels that do not know yet that she is one person. */
export function past(now) {
    const search = ago(now, 18, 20, 10);
    const followedAt = ago(now, 12, 12, 30);
    const bought = ago(now, 5, 15, 20);
    const member = { phone: LI_NA.phone, member_level: "gold", segments: ["办公采购", "老客户"] };
    const badge = { phone: `+86${LI_NA.phone}`, stand: "B12", hall: "上海新国际博览中心 N3" };
    const ad = {
        campaign: { source: "baidu", medium: "cpc", name: "spring-tea", term: KEYWORD },
        referrer: `https://www.baidu.com/s?wd=${encodeURIComponent(KEYWORD)}`,
    };
    return [
        page("demo-lina-1", search, nameless, "Home", "/", ad),
        viewed("demo-lina-2", search + MINUTE, nameless, kettle),
        viewed("demo-lina-3", search + 3 * MINUTE, nameless, office),
        followed("demo-lina-4", followedAt, LI_NA.openid, "store_shanghai"),
        asked("demo-lina-5", followedAt + 2 * MINUTE, LI_NA.openid, 0, "智能水壶多少钱？办公室用哪一款合适？"),
        shopOrder("demo-lina-6", ago(now, 9, 21), LI_NA, 1, [teapot]),
        sold("demo-lina-7", bought, { phone: "138 0013 8000" }, STORES[0], [PRODUCTS[4], PRODUCTS[5]]),
        till("demo-lina-8", bought + MINUTE, "$identify", member),
        fair("demo-lina-9", ago(now, 3, 11), "expo.badge_scanned", badge),
    ];
}

/** She signs up, which shows that browser, mail, phone and WeChat are hers, and leaves a cart. */
export function morning(day) {
    const { name, email, phone, openid } = LI_NA;
    const traits = { name, email, phone, openid, region: "上海市", company: "上海一叶设计", locale: "zh-CN" };
    return [
        identify("demo-lina-10", day, known, traits),
        track("demo-lina-11", day + SECOND, known, "Signed Up", { plan: "business" }),
        viewed("demo-lina-12", day + 2 * SECOND, known, kettle),
        shopCart("demo-lina-13", day + 3 * SECOND, CART, [kettle, teapot]),
        shopCheckout("demo-lina-14", day + 4 * SECOND, LI_NA, CART, [kettle, teapot]),
    ];
}

/** The day after: she opens the welcome mail, looks again and asks. */
export function nextDay(day, mail) {
    const at = day + 25 * HOUR;
    return [
        track("demo-lina-15", at, known, "Email Opened", { message_id: mail.id, subject: mail.rendered.subject }),
        viewed("demo-lina-16", at + MINUTE, known, office),
        asked("demo-lina-17", at + 5 * MINUTE, LI_NA.openid, 1_000, "公司一次买二十个有优惠吗？"),
    ];
}

/** The webinar is reported by the organizer, the rest by the site. */
export function ready(day) {
    const at = day + 3 * DAY + 6 * MINUTE;
    const webinar = fair("demo-lina-18", at + 2 * SECOND, "webinar.attended", { email: LI_NA.email, title: "办公室饮水方案" });
    return interest("demo-lina", at, LI_NA, { region: "上海市", product_line: "kettles" }, webinar);
}
