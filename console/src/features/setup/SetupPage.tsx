import { CheckCircleFilled, RightCircleOutlined } from "@ant-design/icons";
import { Alert, Flex, Progress, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../shared/api/session";
import { Loaded } from "../../shared/ui/Loaded";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { StateTag } from "../../shared/ui/texts";
import { nextStep, STEPS, useSetup, type Setup, type StepId } from "./data";
import { ChannelStep, GoalStep, PilotStep, TouchpointsStep, WatchStep } from "./steps";

/** The five steps a company begins with. It sees by itself which are done. */
export function SetupPage() {
    const { t } = useTranslation("setup");
    const setup = useSetup();
    return (
        <Page title={t("title")}>
            <Loaded query={setup}>{(found) => <Checklist setup={found} />}</Loaded>
        </Page>
    );
}

function Checklist({ setup }: { setup: Setup }) {
    const { t } = useTranslation("setup");
    const may = useMay("setup:edit");
    const done = setup.steps.filter((step) => step.done).length;
    const next = nextStep(setup);
    const bodies: Record<StepId, ReactNode> = {
        goal: <GoalStep setup={setup} may={may} />,
        touchpoints: <TouchpointsStep setup={setup} may={may} />,
        channel: <ChannelStep setup={setup} />,
        pilot: <PilotStep setup={setup} may={may} />,
        watch: <WatchStep setup={setup} may={may} />,
    };
    return (
        <>
            <Typography.Paragraph style={{ margin: 0 }}>{t("intro")}</Typography.Paragraph>
            <Progress
                percent={(100 * done) / STEPS.length}
                format={() => t("progress", { done, all: STEPS.length })}
                aria-label={t("title")}
            />
            {!next && <Alert type="success" showIcon title={t("finished")} />}
            {STEPS.map((id, index) => {
                const finished = setup.steps.find((step) => step.id === id)?.done ?? false;
                return (
                    <Section
                        key={id}
                        title={t("numbered", { number: index + 1, title: t(`step.${id}.title`) })}
                        extra={<Mark done={finished} next={id === next} />}
                    >
                        <Flex vertical gap={12}>
                            <Typography.Text type="secondary">{t(`step.${id}.hint`)}</Typography.Text>
                            {bodies[id]}
                        </Flex>
                    </Section>
                );
            })}
        </>
    );
}

function Mark({ done, next }: { done: boolean; next: boolean }) {
    const { t } = useTranslation("setup");
    if (done) {
        return (
            <StateTag tone="good">
                <CheckCircleFilled aria-hidden /> {t("done")}
            </StateTag>
        );
    }
    return next ? (
        <StateTag tone="warn">
            <RightCircleOutlined aria-hidden /> {t("next")}
        </StateTag>
    ) : null;
}
