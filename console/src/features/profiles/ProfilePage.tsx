import { useParams } from "@tanstack/react-router";
import { Card, Flex, Skeleton, Tabs, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { nameOf } from "../../shared/lib/format";
import { Page } from "../../shared/ui/Page";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";
import { useProfile, type Profile } from "./data";
import { Identity } from "./Identity";
import { Facts } from "./Facts";
import { Leads, MessagesOf, Tasks } from "./Related";
import { Timeline } from "./Timeline";

/** Everything about one person on one page. */
export function ProfilePage() {
    const { t } = useTranslation("profiles");
    const { id } = useParams({ from: "/shell/profiles/$id" });
    const profile = useProfile(id);
    if (profile.isPending) return <Skeleton active />;
    if (profile.isError) return <ProblemAlert error={profile.error} retry={() => void profile.refetch()} />;
    const person = profile.data;
    const tabs = [
        { key: "timeline", label: t("tabs.timeline"), children: <Timeline id={person.id} /> },
        { key: "orders", label: t("tabs.orders"), children: <Timeline id={person.id} kind="order" /> },
        { key: "identity", label: t("tabs.identity"), children: <Identity id={person.id} /> },
        { key: "messages", label: t("tabs.messages"), children: <MessagesOf id={person.id} /> },
        { key: "leads", label: t("tabs.leads"), children: <Leads id={person.id} /> },
        { key: "tasks", label: t("tabs.tasks"), children: <Tasks id={person.id} /> },
    ];
    return (
        <Page title={nameOf(person.traits) ?? t("nameless")} extra={<Tag>{t(`lifecycle.${person.lifecycle}`)}</Tag>}>
            <Summary person={person} />
            <div className="columns">
                <Facts profile={person} />
                <Card styles={{ body: { paddingTop: 4 } }}>
                    <Tabs items={tabs} destroyOnHidden />
                </Card>
            </div>
        </Page>
    );
}

function Summary({ person }: { person: Profile }) {
    const { t } = useTranslation("profiles");
    return (
        <Flex wrap gap="4px 20px">
            <Typography.Text type="secondary">
                {t("summary.first")} <TimeText at={person.first_seen_at} />
            </Typography.Text>
            <Typography.Text type="secondary">
                {t("summary.last")} <TimeText at={person.last_seen_at} />
            </Typography.Text>
            <Typography.Text type="secondary">{t("summary.count", { count: person.touchpoint_count })}</Typography.Text>
            <Typography.Text type="secondary" copyable={{ text: person.id }}>
                {person.id}
            </Typography.Text>
        </Flex>
    );
}
