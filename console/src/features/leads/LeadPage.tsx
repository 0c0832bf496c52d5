import { Link, useParams } from "@tanstack/react-router";
import { Alert, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useRepName } from "../../shared/api/reps";
import { useMay } from "../../shared/api/session";
import { Contacts } from "../../shared/ui/Contacts";
import { Loaded } from "../../shared/ui/Loaded";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { LeadStateTag, TaskStateTag } from "../../shared/ui/states";
import { TaskTitle } from "../../shared/ui/tasks";
import { IdentityTag, TimeText } from "../../shared/ui/texts";
import { LeadActions } from "./Actions";
import { FiveAnswers } from "./Answers";
import { Assignments } from "./Assignments";
import { isOpen, shownName, useContacts, useLead, type Lead } from "./data";
import { Score } from "./Score";

/** All that somebody needs before the first call, and what to do about it. */
export function LeadPage() {
    const { id } = useParams({ from: "/shell/leads/$id" });
    const lead = useLead(id);
    return <Loaded query={lead}>{(found) => <Document lead={found} />}</Loaded>;
}

function Document({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    const may = useMay("leads:edit");
    return (
        <Page title={shownName(lead.name) ?? t("nameless")} extra={<LeadStateTag state={lead.state} />}>
            {lead.merged_into && (
                <Alert
                    type="info"
                    showIcon
                    title={
                        <>
                            {t("merged")}{" "}
                            <Link to="/leads/$id" params={{ id: lead.merged_into }}>
                                {t("mergedInto")}
                            </Link>
                        </>
                    }
                />
            )}
            <Reach lead={lead} />
            {may && isOpen(lead.state) && <LeadActions lead={lead} />}
            <div className="columns">
                <Flex vertical gap={16}>
                    <About lead={lead} />
                    <Score lead={lead} />
                    <Assignments lead={lead} />
                    <Tasks lead={lead} />
                </Flex>
                <FiveAnswers answers={lead.answers} />
            </div>
        </Page>
    );
}

/** How to call or write to the person, above everything that is known. */
function Reach({ lead }: { lead: Lead }) {
    const contacts = useContacts(lead);
    return contacts ? <Contacts identities={contacts} /> : null;
}

function About({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    const repName = useRepName();
    const seesProfile = useMay("profiles:view");
    return (
        <Section title={t("about.title")}>
            <dl className="facts">
                <dt>{t("about.person")}</dt>
                <dd>
                    {lead.profile && seesProfile ? (
                        <Link to="/profiles/$id" params={{ id: lead.profile }}>
                            {t("about.profile")}
                        </Link>
                    ) : null}{" "}
                    <IdentityTag identity={lead.identity} />
                </dd>
                <dt>{t("about.owner")}</dt>
                <dd>{repName(lead.owner) ?? t("nobody")}</dd>
                <dt>{t("about.since")}</dt>
                <dd>
                    <TimeText at={lead.created_at} />
                </dd>
                {lead.accepted_at && (
                    <>
                        <dt>{t("about.accepted")}</dt>
                        <dd>
                            <TimeText at={lead.accepted_at} />
                        </dd>
                    </>
                )}
                {lead.places.length > 0 && (
                    <>
                        <dt>{t("about.region")}</dt>
                        <dd>{lead.places.join(" / ")}</dd>
                    </>
                )}
                {lead.product_line && (
                    <>
                        <dt>{t("about.productLine")}</dt>
                        <dd>{lead.product_line}</dd>
                    </>
                )}
                {lead.reason && (
                    <>
                        <dt>{t("about.reason")}</dt>
                        <dd>{lead.reason}</dd>
                    </>
                )}
            </dl>
        </Section>
    );
}

function Tasks({ lead }: { lead: Lead }) {
    const { t } = useTranslation("leads");
    if (lead.tasks.length === 0) return null;
    return (
        <Section title={t("tasks")}>
            <Flex vertical gap={8}>
                {lead.tasks.map((task) => (
                    <Flex key={task.id} wrap gap={8} justify="space-between">
                        <Typography.Text>
                            <TaskTitle task={task} />
                        </Typography.Text>
                        <Flex gap={8}>
                            <TaskStateTag state={task.state} />
                            <TimeText at={task.due_at} />
                        </Flex>
                    </Flex>
                ))}
            </Flex>
        </Section>
    );
}
