import { useTranslation } from "react-i18next";
import { Page } from "../../shared/ui/Page";
import { Codes } from "./Codes";
import { Forms } from "./Forms";

/** Where people come by themselves: codes that they scan, forms that they fill in. */
export function DoorsPage() {
    const { t } = useTranslation("doors");
    return (
        <Page title={t("title")}>
            <Codes />
            <Forms />
        </Page>
    );
}
