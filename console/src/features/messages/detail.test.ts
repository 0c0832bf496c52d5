import { expect, it } from "vitest";
import { detailOf } from "./detail";

it.each([
    ["mailbox", { provider: "mailbox" }],
    ["aliyun-sms/main", { provider: "aliyun-sms/main" }],
    ["email a@b.example via mailbox", { medium: "email", address: "a@b.example", provider: "mailbox" }],
    [
        "sms +86138****8000#x1 via aliyun-sms/main",
        { medium: "sms", address: "+86138****8000#x1", provider: "aliyun-sms/main" },
    ],
    [
        "webhook https://a.example/x via webhook/out",
        { medium: "webhook", address: "https://a.example/x", provider: "webhook/out" },
    ],
    [
        "sms +8613800138000 via mailbox; consent granted: sms, marketing, 2026-11-29T06:57:00Z, tpt_1a",
        {
            medium: "sms",
            address: "+8613800138000",
            provider: "mailbox",
            consent: {
                state: "granted",
                medium: "sms",
                purpose: "marketing",
                at: Date.UTC(2026, 10, 29, 6, 57),
                touchpoint: "tpt_1a",
            },
        },
    ],
    [
        "consent withdrawn: *, *, 2026-11-29T06:57:00.000Z, tpt_2b",
        {
            consent: {
                state: "withdrawn",
                medium: "*",
                purpose: "*",
                at: Date.UTC(2026, 10, 29, 6, 57),
                touchpoint: "tpt_2b",
            },
        },
    ],
    ["consent withdrawn: sms, marketing, some time, tpt_2b", {}],
    ["550 mailbox unavailable", {}],
    ["isv.BUSINESS_LIMIT_CONTROL", {}],
    ["sent via pigeon post", {}],
])("%s", (text, detail) => expect(detailOf(text)).toEqual(detail));
