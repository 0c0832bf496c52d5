import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { AutoComplete, Flex, Input, Typography } from "antd";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../shared/api/client";
import { parseIdentity } from "../shared/lib/format";
import { useKindName } from "../shared/ui/texts";

type Found = Schemas["Found"];

/** Whoever is looked for: by number, address, name or any id. Ctrl-K leads here. */
export function SearchBox({ wide }: { wide: boolean }) {
    const { t } = useTranslation("app");
    const kindName = useKindName();
    const navigate = useNavigate();
    const input = useRef<React.ComponentRef<typeof AutoComplete>>(null);
    const [text, setText] = useState("");
    const query = useDeferredValue(text.trim());
    const found = useQuery({
        queryKey: ["search", query],
        queryFn: () => answer(api.GET("/api/v1/search", { params: { query: { q: query } } })),
        enabled: query.length > 0,
        placeholderData: (previous) => previous,
    });
    useEffect(() => {
        const onKey = (event: KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                input.current?.focus();
            }
        };
        addEventListener("keydown", onKey);
        return () => removeEventListener("keydown", onKey);
    }, []);
    const items = query ? (found.data?.items ?? []) : [];
    const open = (item: Found) => {
        setText("");
        const params = { id: item.id };
        if (item.kind === "message") void navigate({ to: "/messages/$id", params });
        else if (item.kind === "lead") void navigate({ to: "/leads/$id", params });
        else if (item.kind === "touchpoint") void navigate({ to: "/touchpoints/$id", params });
        else void navigate({ to: "/profiles/$id", params });
    };
    const detail = (item: Found) =>
        (item.detail ?? "").split(" · ").filter(Boolean).map((key) => `${kindName(parseIdentity(key).kind)} ${parseIdentity(key).value}`).join(" · ");
    return (
        <AutoComplete
            ref={input}
            // On a phone a row of its own, below the tools.
            style={wide ? { flex: "1 1 320px", maxWidth: 560 } : { flex: "1 1 100%", order: 1 }}
            value={text}
            onChange={setText}
            onSelect={(id: string) => {
                const item = items.find((one) => one.id === id);
                if (item) open(item);
            }}
            notFoundContent={query && !found.isFetching ? t("search.nobody") : null}
            defaultActiveFirstOption
            options={items.map((item) => ({
                value: item.id,
                label: (
                    <Flex vertical>
                        <span>{item.title}</span>
                        <Typography.Text type="secondary" style={{ fontSize: 12 }} ellipsis>
                            {detail(item)}
                        </Typography.Text>
                    </Flex>
                ),
            }))}
        >
            <Input.Search placeholder={t("search.placeholder")} aria-label={t("search.placeholder")} allowClear />
        </AutoComplete>
    );
}
