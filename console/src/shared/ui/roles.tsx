import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../api/client";

export type Role = Schemas["Role"];
export const ROLES: readonly Role[] = ["admin", "marketing", "sales", "service", "manager", "read_only"];

/** The table of rights, as the API decides by it. */
export function useRoleRights() {
    return useQuery({ queryKey: ["roles"], queryFn: () => answer(api.GET("/api/v1/roles")), staleTime: Infinity });
}

/** What a kind of thing is called that rights are given for. */
export function useObjectName(): (object: string) => string {
    const { t, i18n } = useTranslation("shared");
    return (object) => (i18n.exists(`shared:object.${object}`) ? t(`object.${object}` as "object.profiles") : object);
}
