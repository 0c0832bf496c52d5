import { Link } from "@tanstack/react-router";
import { Flex, Tag, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { nameOf } from "../../shared/lib/format";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { useProfiles, type Profile } from "./data";

export function ProfilesPage() {
    const { t } = useTranslation("profiles");
    const query = useProfiles();
    return (
        <Page title={t("list.title")}>
            <CursorList
                query={query}
                keyOf={(profile) => profile.id}
                row={(profile) => <Row profile={profile} />}
                empty={
                    <>
                        {t("list.empty")} <Link to="/setup">{t("list.connect")}</Link>
                    </>
                }
            />
        </Page>
    );
}

function Row({ profile }: { profile: Profile }) {
    const { t } = useTranslation("profiles");
    return (
        <Flex wrap gap={8} align="center" justify="space-between">
            <Flex vertical gap={4} style={{ minWidth: 0 }}>
                <Link to="/profiles/$id" params={{ id: profile.id }}>
                    <Typography.Text strong style={{ color: "inherit" }}>
                        {nameOf(profile.traits) ?? t("nameless")}
                    </Typography.Text>
                </Link>
                <Flex wrap gap={4}>
                    {profile.identities.slice(0, 4).map((one) => (
                        <IdentityTag key={one.identity} identity={one.identity} />
                    ))}
                    {profile.tags.slice(0, 3).map((tag) => (
                        <Tag key={tag.tag}>{tag.tag}</Tag>
                    ))}
                </Flex>
            </Flex>
            <Flex vertical align="end">
                <Tag>{t(`lifecycle.${profile.lifecycle}`)}</Tag>
                <Typography.Text type="secondary">
                    <TimeText at={profile.last_seen_at} />
                </Typography.Text>
            </Flex>
        </Flex>
    );
}
