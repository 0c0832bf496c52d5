// How to reach a person: dial, write, copy. What is masked is shown and leads nowhere.
import { MailOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, Flex, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { contactsOf, type Contact } from "../lib/contacts";
import { phone } from "../lib/phone";
import { Id } from "./names";
import { CopyButton } from "./texts";

export function Contacts({ identities }: { identities: readonly string[] }) {
    const { t } = useTranslation("shared");
    const contacts = contactsOf(identities);
    if (contacts.length === 0) return <Typography.Text type="secondary">{t("contact.none")}</Typography.Text>;
    return (
        <ul className="contacts" aria-label={t("contact.label")}>
            {contacts.map((contact) => (
                <li key={`${contact.kind} ${contact.value}`}>
                    <One contact={contact} />
                </li>
            ))}
        </ul>
    );
}

function One({ contact }: { contact: Contact }) {
    const { t } = useTranslation("shared");
    const { kind, value, href } = contact;
    const icons: Record<Contact["kind"], ReactNode> = {
        phone: <PhoneOutlined aria-hidden />,
        email: <MailOutlined aria-hidden />,
        wechat: null,
    };
    const shown = kind === "phone" ? phone(value) : value;
    return (
        <Flex wrap gap={6} align="center">
            <Typography.Text type="secondary">{t(`contact.${kind}`)}</Typography.Text>
            {kind === "wechat" ? <Id>{shown}</Id> : <Typography.Text strong>{shown}</Typography.Text>}
            {href && (
                <Button
                    size="small"
                    href={href}
                    icon={icons[kind]}
                    aria-label={t(`contact.do.${kind}`, { value: shown })}
                >
                    {kind === "phone" ? t("contact.call") : t("contact.write")}
                </Button>
            )}
            {!contact.masked && <CopyButton text={kind === "phone" ? value.replace(/^\+86/u, "") : value} small />}
        </Flex>
    );
}
