import { expect, it } from "vitest";
import { describe as described, type Words } from "./describe";

const words: Words = {
    language: "zh",
    duration: (ms) => `${ms / 3_600_000}h`,
    medium: (medium) => `<${medium}>`,
    event: (name) => `«${name}»`,
    list: (items) => items.join("、"),
    say: (what, values) => [what, ...Object.values(values)].join(" "),
};

it.each([
    [{ type: "delay", for_ms: 7_200_000 }, "wait 2h"],
    [{ type: "delay", for_ms: 7_200_000, from: "anchor" }, "waitFromStart 2h"],
    [{ type: "wait_for", events: ["order.paid", "x"] }, "waitFor «order.paid»、«x» "],
    [{ type: "wait_for", events: ["order.paid"], within_ms: 3_600_000 }, "waitForLong «order.paid» 1h"],
    [{ type: "send_message", media: ["sms", "push"], templates: {} }, "sendBy <sms>、<push> "],
    [
        {
            type: "send_message",
            media: ["email"],
            templates: { email: { subject: { zh: "送您{{ coupon.code }}优惠券" } } },
        },
        "send <email> 送您优惠券",
    ],
    [
        {
            type: "send_message",
            media: ["sms"],
            templates: { sms: { text: { en: "Hi{% if a %}, {{ b }}{% endif %}!" } } },
        },
        "send <sms> Hi, !",
    ],
    [{ type: "add_tag", tag: "微信粉丝" }, "tag 微信粉丝"],
    [{ type: "create_task", title: { zh: "电话回访" } }, "task 电话回访"],
    [{ type: "exit" }, "exit"],
    [{ type: "teleport" }, undefined],
])("%j", (step, text) => expect(described({ id: "s", ...step }, words)).toBe(text));

it("takes what no definition holds without falling over", () => {
    for (const odd of [null, 7, "x", [], {}]) {
        for (const type of ["delay", "wait_for", "send_message", "add_tag", "create_task"]) {
            const step = { id: "s", type, for_ms: odd, events: odd, media: odd, templates: odd, tag: odd, title: odd };
            expect(() => described(step, words)).not.toThrow();
        }
    }
});
