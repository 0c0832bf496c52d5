import { useTranslation } from "react-i18next";
import { Loaded } from "../../shared/ui/Loaded";
import { StateTag, type Tone } from "../../shared/ui/texts";
import { useObjectName, useRoleRights } from "../../shared/ui/roles";

const TONES: Record<string, Tone> = { edit: "good", own: "good", view: "plain", none: "plain" };

/** What each role may see and do: the table the API decides by, not a copy of it. */
export function RoleMatrix() {
    const { t } = useTranslation("staff");
    const { t: shared } = useTranslation("shared");
    const objectName = useObjectName();
    const roles = useRoleRights();
    return (
        <Loaded query={roles}>
            {({ items }) => (
                <div className="scroll" tabIndex={0} role="region" aria-label={t("tabs.roles")}>
                    <table className="table">
                        <thead>
                            <tr>
                                <td />
                                {items.map(({ role }) => (
                                    <th key={role} scope="col">
                                        {shared(`role.${role}`)}
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {Object.keys(items[0]?.rights ?? {}).map((object) => (
                                <tr key={object}>
                                    <th scope="row">{objectName(object)}</th>
                                    {items.map(({ role, rights }) => {
                                        const right = rights[object] ?? "none";
                                        return (
                                            <td key={role}>
                                                {right === "none" ? (
                                                    <span className="faint">{t("right.none")}</span>
                                                ) : (
                                                    <StateTag tone={TONES[right] ?? "plain"}>
                                                        {t(`right.${right as "view"}`)}
                                                    </StateTag>
                                                )}
                                            </td>
                                        );
                                    })}
                                </tr>
                            ))}
                            <tr>
                                <th scope="row">{t("personal")}</th>
                                {items.map(({ role, personal_data: clear }) => (
                                    <td key={role}>
                                        <StateTag tone={clear ? "good" : "plain"}>
                                            {clear ? t("clear") : t("masked")}
                                        </StateTag>
                                    </td>
                                ))}
                            </tr>
                        </tbody>
                    </table>
                </div>
            )}
        </Loaded>
    );
}
