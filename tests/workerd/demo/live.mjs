// What sixteen customers do while one watches: they join, leave carts behind, and become leads.
// `day` is when that day begins.

import { PRODUCTS } from "./company.mjs";
import { HOUR, MINUTE, SECOND } from "./time.mjs";
import { addedToCart, identify, ordered, page, shopOrder, track, viewed } from "./touch.mjs";

const JOINING = [1, 2, 3, 4, 5, 6];
/** Who of them orders within three days, and so gets no coupon. */
const ORDERING = [2, 5];
/** Carts, by what becomes of them. */
const CARTS = { left: [7, 8, 15], paidAtOnce: [10], paidAfterReminder: [11], refusesSms: [13] };
const LEADS = [
    { n: 9, region: "Singapore", product_line: "kettles" },
    { n: 12, region: "London", product_line: "teaware" },
    { n: 14, region: "北京", product_line: "kettles" },
    { n: 16, region: "广东", product_line: "lighting" },
];

/** Has no account before the day itself. */
export const joinsNow = ({ n }) => JOINING.includes(n);

/** With what Li Na does. One of the carts left behind is of somebody without a phone. */
export const PROMISED = {
    leads: LEADS.length + 1,
    sent: {
        "welcome/welcome_mail": JOINING.length + 1,
        "welcome/coupon_mail": JOINING.length - ORDERING.length + 1,
        "cart-recovery/reminder": CARTS.left.length + CARTS.paidAfterReminder.length,
        "cart-recovery/recovery_mail": CARTS.left.length + CARTS.refusesSms.length + 1,
        "lead-assign/lead_assigned": LEADS.length + 1,
    },
};

const cartOf = (one) => `demo-cart-${one.n}`;
const goods = (one) => PRODUCTS[one.n % PRODUCTS.length];
const known = ({ userId, anonymousId }) => ({ userId, anonymousId });
const traitsOf = ({ name, email, phone, region, locale }) => ({ name, email, ...(phone && { phone }), region, locale });

/** The first minutes. */
export function morning(people, day) {
    const at = (one, seconds) => day + one.n * SECOND + seconds * SECOND;
    const joins = choose(people, JOINING).flatMap((one) => [
        identify(`demo-live-${one.n}-1`, at(one, 0), known(one), traitsOf(one)),
        track(`demo-live-${one.n}-2`, at(one, 1), known(one), "Signed Up", { plan: "free" }),
        viewed(`demo-live-${one.n}-3`, at(one, 2), known(one), goods(one), one.abroad),
    ]);
    const refusals = choose(people, CARTS.refusesSms).map((one) =>
        identify(`demo-live-${one.n}-0`, at(one, 0), known(one), { consents: { sms: false } }));
    const carts = choose(people, Object.values(CARTS).flat()).map((one) =>
        addedToCart(`demo-live-${one.n}-1`, at(one, 1), known(one), cartOf(one), goods(one), one.abroad));
    const leads = LEADS.flatMap((lead) =>
        choose(people, [lead.n]).flatMap((one) => interest(`demo-live-${one.n}`, at(one, 0), one, lead)));
    return [...joins, ...refusals, ...carts, ...leads];
}

/** White paper, three looks at the prices and, reported by the site or by others, a webinar: sales-ready. */
export function interest(id, at, one, { region, product_line }, reported) {
    const who = known(one);
    const webinar = reported ?? track(`${id}-webinar`, at + 2 * SECOND, who, "Webinar Attended", { title: "办公室饮水方案", product_line });
    return [
        identify(`${id}-needs`, at, who, { region, product_line }),
        track(`${id}-paper`, at + SECOND, who, "Content Downloaded", { title: "办公室饮水白皮书", type: "white paper", product_line }),
        webinar,
        ...[3, 4, 5].map((second) => page(`${id}-price-${second}`, at + second * SECOND, who, "Pricing", "/pricing")),
    ];
}

export const paidAtOnce = (people, day) => choose(people, CARTS.paidAtOnce).map((one) => paid(one, day + HOUR));

export const paidAfterReminder = (people, day) =>
    choose(people, CARTS.paidAfterReminder).map((one) => paid(one, day + 5 * HOUR));

export const firstOrders = (people, day) =>
    choose(people, ORDERING).map((one) =>
        shopOrder(`demo-live-${one.n}-4`, day + 26 * HOUR + one.n * MINUTE, one, one.n * 10 + 9, [goods(one)]));

function paid(one, at) {
    return ordered(`demo-live-${one.n}-2`, at, known(one), `demo-live-order-${one.n}`, [goods(one)], cartOf(one));
}

function choose(people, numbers) {
    return people.filter(({ n }) => numbers.includes(n));
}
