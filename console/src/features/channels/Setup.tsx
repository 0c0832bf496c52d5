import { Typography } from "antd";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import { Id } from "../../shared/ui/names";
import { Section } from "../../shared/ui/Section";
import type { Manifest } from "./data";
import { marked } from "./marked";

/** What to do at the vendor's, step by step, with this endpoint's own address in it. */
export function Setup({ manifest, url }: { manifest: Manifest; url: string }) {
    const { t } = useTranslation("channels");
    if (manifest.steps.length === 0) return null;
    const origin = url.split("/in/")[0] ?? url;
    const fill = (text: string) => text.replaceAll("{url}", url).replaceAll("{origin}", origin);
    return (
        <Section title={t("steps")}>
            <ol className="steps">
                {manifest.steps.map((step) => (
                    <li key={step.en}>
                        <Typography.Text style={{ overflowWrap: "anywhere" }}>
                            {marked(fill(step[currentLanguage()])).map(({ text, machine }, index) =>
                                machine ? <Id key={index}>{text}</Id> : text,
                            )}
                        </Typography.Text>
                    </li>
                ))}
            </ol>
            {manifest.unverified && <Typography.Text type="secondary">{t("unverified")}</Typography.Text>}
        </Section>
    );
}
