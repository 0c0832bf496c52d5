import { expect, it } from "vitest";
import { marked } from "./marked";

const machine = (text: string) => marked(text).flatMap((part) => (part.machine ? [part.text] : []));

it.each([
    ["把 wx.login() 的 code 放进 context.wechat.code。", ["wx.login()", "context.wechat.code"]],
    ["地址填 https://crm.example/in/webhook/till。", ["https://crm.example/in/webhook/till"]],
    ["Choose orders/paid and app/uninstalled.", ["orders/paid", "app/uninstalled"]],
    ["请求头 x-signature 与 app_secret", ["x-signature", "app_secret"]],
    ["填好令牌 Token，再保存。", []],
    ["Enter the secret, then save.", []],
])("%s", (text, found) => {
    expect(machine(text)).toEqual(found);
    expect(
        marked(text)
            .map((part) => part.text)
            .join(""),
    ).toBe(text);
});
