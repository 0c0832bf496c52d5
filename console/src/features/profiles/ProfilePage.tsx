import { useParams } from "@tanstack/react-router";
import { Card, Flex, Skeleton, Tabs, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { nameOf } from "../../shared/lib/format";
import { useChoice } from "../../shared/lib/params";
import { Contacts } from "../../shared/ui/Contacts";
import { Id } from "../../shared/ui/names";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";
import { useProfile, type Profile } from "./data";
import { Facts } from "./Facts";
import { Identity } from "./Identity";
import { Orders, Spent } from "./Orders";
import { Leads, MessagesOf, Tasks } from "./Related";
import { Suppressions } from "./Suppressions";
import { Timeline } from "./Timeline";

const TABS = ["timeline", "orders", "identity", "messages", "leads", "tasks"] as const;

/** Everything about one person on one page. */
export function ProfilePage() {
    const { t } = useTranslation("profiles");
    const { id } = useParams({ from: "/shell/profiles/$id" });
    const [tab, setTab] = useChoice("tab", TABS);
    const profile = useProfile(id);
    if (profile.isPending) return <Skeleton active />;
    if (profile.isError) return <ProblemAlert error={profile.error} retry={() => void profile.refetch()} />;
    const person = profile.data;
    const parts = {
        timeline: <Timeline id={person.id} />,
        orders: <Orders profile={person} />,
        identity: <Identity id={person.id} />,
        messages: <MessagesOf id={person.id} />,
        leads: <Leads id={person.id} />,
        tasks: <Tasks id={person.id} />,
    };
    const tabs = TABS.map((key) => ({ key, label: t(`tabs.${key}`), children: parts[key] }));
    const contacts = person.identities.map((one) => one.identity);
    return (
        <Page title={nameOf(person.traits) ?? t("nameless")} extra={<Tag>{t(`lifecycle.${person.lifecycle}`)}</Tag>}>
            <Contacts identities={contacts} />
            <Summary person={person} />
            <div className="columns person">
                <Flex vertical gap={16}>
                    <Suppressions profile={person.id} />
                    <Facts profile={person} />
                </Flex>
                <Card styles={{ body: { paddingTop: 4 } }}>
                    <Tabs items={tabs} activeKey={tab} onChange={(key) => setTab(key as typeof tab)} destroyOnHidden />
                </Card>
            </div>
        </Page>
    );
}

function Summary({ person }: { person: Profile }) {
    const { t } = useTranslation("profiles");
    return (
        <Flex wrap gap="4px 20px">
            <Spent profile={person} />
            <Typography.Text type="secondary">
                {t("summary.first")} <TimeText at={person.first_seen_at} />
            </Typography.Text>
            <Typography.Text type="secondary">
                {t("summary.last")} <TimeText at={person.last_seen_at} />
            </Typography.Text>
            <Typography.Text type="secondary">{t("summary.count", { count: person.touchpoint_count })}</Typography.Text>
            <Typography.Text type="secondary" copyable={{ text: person.id }}>
                <Id>{person.id}</Id>
            </Typography.Text>
        </Flex>
    );
}
