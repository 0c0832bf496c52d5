// The customers: two hundred with Li Na, each known by what their channels know of them.

import { Random } from "./random.mjs";

/** How many of each kind: with an account, web shop, WeChat, store, trade fair, nameless visitors. */
const KINDS = { member: 64, shopper: 45, fan: 33, walkin: 25, fair: 18, visitor: 14 };

const FAMILY = "王 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯".split(" ");
const GIVEN = "伟 芳 敏 静 丽 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 霞 子涵 雨桐 思远 浩然 欣怡 梓萱 宇轩".split(" ");
const FIRST = "Emily James Olivia Noah Sophia Liam Grace Ethan Chloe Daniel Hannah Lucas Zoe Oliver Amelia Henry".split(" ");
const LAST = "Smith Jones Taylor Brown Wilson Evans Walker Wright Green Hall Wood Clarke Hughes Turner Hill Cooper".split(" ");
const PLACES = ["上海", "上海市", "北京", "北京市", "广东省", "广东", "浙江省", "江苏", "四川省", "湖北"];
const PLACES_ABROAD = ["Singapore", "London", "Sydney", "San Francisco", "Berlin"];

/** What a person is certainly found by. */
const FOUND_BY = {
    member: (one) => `user_id:${one.userId}`,
    shopper: (one) => `email:${one.email}`,
    fan: (one) => `wechat_openid:${one.openid}`,
    walkin: (one) => `phone:${one.phone}`,
    fair: (one) => `email:${one.email}`,
    visitor: (one) => `anonymous_id:${one.anonymousId}`,
};

/** Everybody but Li Na. `abroad`: writes English. */
export function people() {
    const kinds = Object.entries(KINDS).flatMap(([kind, count]) => Array(count).fill(kind));
    return kinds.map((kind, index) => person(kind, index + 1));
}

function person(kind, n) {
    const random = new Random(n);
    // Followers and customers of the stores live here.
    const abroad = n % 3 === 0 && kind !== "fan" && kind !== "walkin";
    const three = String(n).padStart(3, "0");
    const name = abroad ? `${random.pick(FIRST)} ${random.pick(LAST)}` : random.pick(FAMILY) + random.pick(GIVEN);
    const one = {
        n,
        kind,
        abroad,
        name,
        locale: abroad ? "en-GB" : "zh-CN",
        region: random.pick(abroad ? PLACES_ABROAD : PLACES),
        email: abroad ? `${name.toLowerCase().replace(" ", ".")}.${three}@example.com` : `customer.${three}@example.cn`,
        phone: abroad ? undefined : `1390013${String(1_000 + n * 37).slice(-4)}`,
        userId: kind === "member" ? `demo-u${three}` : undefined,
        anonymousId: `demo-browser-${three}`,
        openid: `oDemoQingheFollower${three}`,
        memberNo: `QH-${three}`,
        shopifyCustomer: 7_300_000_000_000 + n,
    };
    return { ...one, foundBy: FOUND_BY[kind](one) };
}

export const TOTAL = 1 + Object.values(KINDS).reduce((sum, count) => sum + count);
