// Three weeks of touchpoints of everybody but Li Na, over all five channels. They are older than a
// day, so no journey writes to anybody about them.

import { PRODUCTS, STORES } from "./company.mjs";
import { joinsNow } from "./live.mjs";
import { Random } from "./random.mjs";
import { HOUR, MINUTE, ago } from "./time.mjs";
import { asked, clicked, fair, followed, identify, ordered, page, shopOrder, sold, till, track, viewed } from "./touch.mjs";

const SOURCES = [
    { source: "baidu", medium: "cpc", name: "spring-tea", term: "智能水壶" },
    { source: "baidu", medium: "organic", term: "茶壶 推荐" },
    { source: "xiaohongshu", medium: "social", name: "tea-corner" },
    { source: "zhihu", medium: "social", name: "which-kettle" },
];
const SOURCES_ABROAD = [
    { source: "google", medium: "organic", term: "gooseneck kettle" },
    { source: "newsletter", medium: "email", name: "may-letter" },
];
const QUESTIONS = [
    "水壶多少钱？",
    "可以开发票吗？",
    "多久能发货？",
    "有实体店吗？",
    "茶壶可以放洗碗机吗？",
    "支持企业采购吗？",
];
const REVIEWS = ["很安静，烧水快。", "颜值高，送礼很合适。", "用了一个月，很满意。", "包装仔细，物流快。"];
const REVIEWS_ABROAD = ["Quiet, quick and handsome.", "A lovely gift, well packed."];
const PAPER = { title: "办公室饮水白皮书", type: "white paper" };
const MENU = ["products", "stores", "service"];

/** Of these people, as they were up to `now`. */
export function history(people, now) {
    return people.flatMap((one) => PASTS[one.kind](new Past(one, now)));
}

/** One person's past, with the ids of the deliveries it is made of. */
class Past {
    #n = 0;

    constructor(one, now) {
        this.one = one;
        this.random = new Random(10_000 + one.n);
        this.start = this.random.between(8, 20);
        this.now = now;
        this.known = { userId: one.userId, anonymousId: one.anonymousId };
        this.nameless = { anonymousId: one.anonymousId };
    }

    id() {
        this.#n += 1;
        return `demo-${this.one.n}-${this.#n}`;
    }

    /** Some time on a day after the first one and before yesterday. */
    at(daysAfterStart) {
        const days = Math.max(2, this.start - daysAfterStart);
        return ago(this.now, days, this.random.between(9, 21), this.random.between(0, 59));
    }

    product() {
        return this.random.pick(PRODUCTS);
    }

    /** A visit of the site: a landing page and some products. */
    visit(who, daysAfterStart, campaign) {
        const at = this.at(daysAfterStart);
        const visit = [page(this.id(), at, who, "Home", "/", { campaign })];
        for (let minute = 1; minute <= this.random.between(2, 4); minute += 1) {
            visit.push(viewed(this.id(), at + minute * MINUTE, who, this.product(), this.one.abroad));
        }
        if (this.random.chance(0.25)) visit.push(page(this.id(), at + 6 * MINUTE, who, "Pricing", "/pricing"));
        return visit;
    }

    campaign() {
        return this.random.pick(this.one.abroad ? SOURCES_ABROAD : SOURCES);
    }

    wechat(daysAfterStart) {
        const { openid, n } = this.one;
        const at = this.at(daysAfterStart);
        const touches = [followed(this.id(), at, openid, this.random.chance(0.4) ? "store_shanghai" : "")];
        if (this.random.chance(0.5)) touches.push(clicked(this.id(), at + MINUTE, openid, this.random.pick(MENU)));
        if (this.random.chance(0.6)) touches.push(asked(this.id(), at + 3 * MINUTE, openid, n, this.random.pick(QUESTIONS)));
        return touches;
    }

    traits(more) {
        const { name, email, phone, region, locale } = this.one;
        return { name, email, ...(phone && { phone }), region, locale, ...more };
    }

    order(number, daysAfterStart) {
        return shopOrder(this.id(), this.at(daysAfterStart), this.one, this.one.n * 10 + number, [this.product()]);
    }

    sale(who, daysAfterStart) {
        return sold(this.id(), this.at(daysAfterStart), who, this.random.pick(STORES), [this.product()]);
    }
}

const PASTS = {
    /** Browses, signs up, and is then seen on most channels. Who joins today has only browsed. */
    member(past) {
        const { one, random, known } = past;
        const touches = past.visit(past.nameless, 0, past.campaign());
        if (joinsNow(one)) return touches;
        const joined = past.at(1);
        const follows = !one.abroad && random.chance(0.6);
        touches.push(
            identify(past.id(), joined, known, past.traits(follows ? { openid: one.openid } : {})),
            track(past.id(), joined + MINUTE, known, "Signed Up", { plan: "free" }),
            ...past.visit(known, 3),
            ...past.visit(known, 5),
        );
        if (follows) touches.push(...past.wechat(2));
        if (random.chance(0.5)) touches.push(past.order(1, 4));
        else touches.push(ordered(past.id(), past.at(5), known, `demo-order-${one.n}`, [past.product()]));
        if (one.phone && random.chance(0.5)) touches.push(past.sale({ phone: one.phone }, 6));
        if (random.chance(0.4)) touches.push(...review(past));
        if (random.chance(0.2)) touches.push(track(past.id(), past.at(6), known, "Content Downloaded", PAPER));
        return touches;
    },

    /** Reads the newsletter and buys in the web shop as a guest. */
    shopper(past) {
        const { one, random } = past;
        const known = past.nameless;
        const touches = past.visit(known, 0, past.campaign());
        touches.push(identify(past.id(), past.at(1), known, past.traits({ newsletter: true })));
        touches.push(past.order(1, 2));
        if (random.chance(0.5)) touches.push(past.order(2, 6));
        if (one.phone && random.chance(0.3)) touches.push(past.sale({ phone: one.phone }, 7));
        if (random.chance(0.5)) touches.push(...past.visit(known, 5));
        return touches;
    },

    fan(past) {
        const again = past.random.chance(0.3) ? [clicked(past.id(), past.at(6), past.one.openid, "products")] : [];
        return [...past.wechat(0), ...again];
    },

    /** A member of the store's programme. */
    walkin(past) {
        const { one, random } = past;
        const who = { member_no: one.memberNo, phone: one.phone };
        const { email, ...traits } = past.traits({ member_level: random.pick(["silver", "gold"]) });
        const touches = [
            till(past.id(), past.at(0), "$identify", { ...who, ...traits }),
            past.sale(who, 0),
            past.sale({ member_no: one.memberNo }, 5),
        ];
        if (random.chance(0.4)) touches.push(past.sale({ phone: one.phone }, 8));
        return touches;
    },

    /** Met at the trade fair. */
    fair(past) {
        const { one, random } = past;
        const at = past.at(0);
        const touches = [
            fair(past.id(), at, "$identify", past.traits({ company: `${one.name} Trading` })),
            fair(past.id(), at + MINUTE, "expo.badge_scanned", { email: one.email, stand: "B12", hall: "上海新国际博览中心 N3" }),
        ];
        if (random.chance(0.5)) touches.push(fair(past.id(), at + HOUR, "expo.demo_attended", { email: one.email, topic: "商用水壶" }));
        if (random.chance(0.5)) {
            const known = { anonymousId: one.anonymousId };
            touches.push(identify(past.id(), past.at(2), known, { email: one.email }), ...past.visit(known, 2));
        }
        return touches;
    },

    visitor(past) {
        const touches = past.visit(past.nameless, 0, past.campaign());
        return past.random.chance(0.5) ? [...touches, ...past.visit(past.nameless, 4)] : touches;
    },
};

function review(past) {
    const { one, random } = past;
    const product = past.product();
    const words = random.pick(one.abroad ? REVIEWS_ABROAD : REVIEWS);
    const said = { product_id: product.id, rating: random.between(4, 5), review_body: words, author: one.name };
    return [track(past.id(), past.at(7), past.known, "Product Reviewed", said)];
}
