import { expect, it } from "vitest";
import { traitText } from "./traits";

const zh = { yes: "是", no: "否", language: "zh" };

it.each([
    ["segments", ["办公采购", "老客户"], { words: "办公采购、老客户" }],
    ["newsletter", true, { words: "是" }],
    ["newsletter", false, { words: "否" }],
    ["phone", "+8613800138000", { words: "138 0013 8000" }],
    ["phone", "138****8000#wfd5", { words: "138 **** 8000" }],
    ["backup", "13800138000", { words: "138 0013 8000" }],
    ["member_level", "gold", { words: "gold" }],
    ["openid", "oDemo", { machine: "oDemo" }],
    ["locale", "zh-CN", { words: "中文（中国）" }],
    ["locale", "en", { words: "英语" }],
    ["country", "DE", { words: "德国" }],
    ["country", "德国", { words: "德国" }],
    ["language", "klingon?", { words: "klingon?" }],
    ["points", 12_345, { words: "12,345" }],
    ["address", { city: "上海" }, { machine: '{"city":"上海"}' }],
])("%s %j", (field, value, shown) => {
    expect(traitText(field, value, zh)).toEqual(shown);
});
