import { expect, it } from "vitest";
import { contactsOf } from "./contacts";

it("dials and writes, phones first, and leaves out what reaches nobody", () => {
    const found = contactsOf([
        "email:li.na@example.com",
        "cart@shop:1",
        "phone:+8613800138000",
        "wechat_openid@wx1:oX",
        "anonymous_id@site:a",
    ]);
    expect(found).toEqual([
        { kind: "phone", value: "+8613800138000", href: "tel:+8613800138000", masked: false },
        { kind: "email", value: "li.na@example.com", href: "mailto:li.na@example.com", masked: false },
        { kind: "wechat", value: "oX", href: undefined, masked: false },
    ]);
});

it.each(["phone:+86138****8000#k3f9", "phone:138****8000", "email:l***@example.com#x", "email:****#a1"])(
    "%s is masked and leads nowhere",
    (identity) => expect(contactsOf([identity])).toMatchObject([{ masked: true, href: undefined }]),
);

it.each(["a@b.example?bcc=all@x.example", "a@b.example,c@d.example", "a b@c.example", "a@b@c", "a@b.example\nX: y"])(
    "%s is no address to write to",
    (address) => expect(contactsOf([`email:${address}`])[0]?.href).toBeUndefined(),
);
