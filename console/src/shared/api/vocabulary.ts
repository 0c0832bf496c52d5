import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api } from "./client";

/** What a touchpoint's name means to a person; names of the company's own are shown as they are. */
export function useWord(): (name: string) => string {
    const { t, i18n } = useTranslation("shared");
    const { data } = useQuery({ queryKey: ["vocabulary"], queryFn: () => answer(api.GET("/api/v1/vocabulary")), staleTime: Infinity });
    return (name) => {
        const term = data?.items.find((item) => item.name === name || item.also.includes(name));
        if (term) return i18n.language.startsWith("zh") ? term.zh : term.en;
        // The suite's own are in the catalog: their keys have dots.
        return name.startsWith("$") && i18n.exists(`shared:own.${name}`) ? t(`own.${name}` as "own.$identify") : name;
    };
}
