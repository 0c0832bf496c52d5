// What each of the five steps asks for.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert, Button, Checkbox, Flex, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, answer } from "../../shared/api/client";
import { useMay } from "../../shared/api/session";
import { currentLanguage } from "../../shared/i18n";
import { listText } from "../../shared/lib/format";
import { useChannelName } from "../../shared/ui/names";
import { ProblemAlert } from "../../shared/ui/ProblemAlert";
import { TimeText } from "../../shared/ui/texts";
import { useAnswers, useSay, type Setup } from "./data";

interface Step {
    setup: Setup;
    may: boolean;
}

/** One or two scenarios that matter most, and the figure by which one will see it. */
export function GoalStep({ setup, may }: Step) {
    const { t } = useTranslation("setup");
    const { t: shared } = useTranslation("shared");
    const say = useSay();
    const scenarios = ["first_purchase", "high_value_service", "cart_recovery", "lead_handover"] as const;
    return (
        <Form
            layout="vertical"
            disabled={!may}
            initialValues={setup.goal ?? {}}
            onFinish={(goal: { scenario: string; metric?: string }) => say.mutate({ goal })}
        >
            <Form.Item
                name="scenario"
                label={t("goal.scenario")}
                rules={[{ required: true, message: t("goal.choose") }]}
            >
                <Radio.Group options={scenarios.map((value) => ({ value, label: t(`scenario.${value}`) }))} />
            </Form.Item>
            <Form.Item name="metric" label={t("goal.metric")}>
                <Input placeholder={t("goal.example")} maxLength={200} />
            </Form.Item>
            {say.isError && <ProblemAlert error={say.error} />}
            {may && (
                <Button htmlType="submit" loading={say.isPending}>
                    {shared("save")}
                </Button>
            )}
        </Form>
    );
}

/** Where customers are met: ticked from what can be connected. */
export function TouchpointsStep({ setup, may }: Step) {
    const { t } = useTranslation("setup");
    const answers = useAnswers(setup);
    const channelName = useChannelName();
    const sees = useMay("channels:view");
    const manifests = useQuery({
        queryKey: ["channels"],
        queryFn: () => answer(api.GET("/api/v1/channels")),
        staleTime: Infinity,
        enabled: sees,
    });
    const receiving = (manifests.data?.items ?? []).filter((one) => one.receives);
    const options = receiving.map((one) => ({ value: one.id, label: one.label[currentLanguage()] }));
    if (!sees)
        return (
            <>
                {listText(
                    setup.touchpoints.map((id) => channelName(id) ?? id),
                    currentLanguage(),
                )}
            </>
        );
    return (
        <Flex vertical gap={8}>
            <Checkbox.Group
                aria-label={t("step.touchpoints.title")}
                disabled={!may}
                options={options}
                value={answers.shown.touchpoints}
                onChange={(touchpoints) => answers.say({ touchpoints })}
            />
            {answers.error && <ProblemAlert error={answers.error} />}
            <Link to="/inventory">{t("inventory")}</Link>
        </Flex>
    );
}

/** Done as soon as something has arrived from outside. */
export function ChannelStep({ setup }: { setup: Setup }) {
    const { t } = useTranslation("setup");
    const first = setup.first_touchpoint_at;
    return (
        <Flex vertical gap={8}>
            <div aria-live="polite">
                {first ? (
                    <Alert
                        type="success"
                        showIcon
                        title={
                            <>
                                {t("arrived")} <TimeText at={first} />
                            </>
                        }
                    />
                ) : (
                    <Alert type="info" showIcon title={t("waiting")} />
                )}
            </div>
            <Link to="/channels">{t("connect")}</Link>
        </Flex>
    );
}

/** A small team tries it first. */
export function PilotStep({ setup, may }: Step) {
    const { t } = useTranslation("setup");
    const answers = useAnswers(setup);
    const sees = useMay("users:view");
    const teams = useQuery({ queryKey: ["teams"], queryFn: () => answer(api.GET("/api/v1/teams")), enabled: sees });
    if (!sees) return <>{setup.pilot_team}</>;
    return (
        <Flex vertical gap={8}>
            <Select
                aria-label={t("step.pilot.title")}
                disabled={!may}
                placeholder={t("pilot.choose")}
                notFoundContent={t("pilot.none")}
                value={answers.shown.pilot_team ?? undefined}
                onChange={(team: string) => answers.say({ pilot_team: team })}
                options={(teams.data?.items ?? []).map((team) => ({ value: team.id, label: team.name }))}
                style={{ maxWidth: 320 }}
            />
            {answers.error && <ProblemAlert error={answers.error} />}
            <Link to="/staff">{t("pilot.staff")}</Link>
        </Flex>
    );
}

/** Somebody looks at what comes of it. */
export function WatchStep({ setup, may }: Step) {
    const { t } = useTranslation("setup");
    const answers = useAnswers(setup);
    return (
        <Flex vertical gap={8}>
            <Flex wrap gap={12}>
                <Link to="/journeys">{t("watch.journeys")}</Link>
                <Link to="/messages">{t("watch.messages")}</Link>
            </Flex>
            <Checkbox
                disabled={!may}
                checked={answers.shown.watching}
                onChange={(event) => answers.say({ watching: event.target.checked })}
            >
                {t("watch.agree")}
            </Checkbox>
            {answers.error && <ProblemAlert error={answers.error} />}
        </Flex>
    );
}
