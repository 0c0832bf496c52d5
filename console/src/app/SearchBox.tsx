import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, answer, type Schemas } from "../shared/api/client";
import { parseIdentity } from "../shared/lib/format";
import { IdentityValue, useKindName } from "../shared/ui/texts";
import { identitiesOf } from "./found";

type Found = Schemas["Found"];

/** Whoever is looked for: by number, address, name or any id. Ctrl-K leads here. */
export function SearchBox({ wide }: { wide: boolean }) {
    const { t } = useTranslation("app");
    const navigate = useNavigate();
    const listId = useId();
    const input = useRef<HTMLInputElement>(null);
    const [text, setText] = useState("");
    const [chosen, setChosen] = useState(0);
    const [open, setOpen] = useState(false);
    const query = useDeferredValue(text.trim());
    const found = useQuery({
        queryKey: ["search", query],
        queryFn: () => answer(api.GET("/api/v1/search", { params: { query: { q: query } } })),
        enabled: query.length > 0,
        placeholderData: (previous) => previous,
    });
    useEffect(() => {
        const onKey = (event: globalThis.KeyboardEvent) => {
            if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
                event.preventDefault();
                input.current?.focus();
            }
        };
        addEventListener("keydown", onKey);
        return () => removeEventListener("keydown", onKey);
    }, []);
    const items = query ? (found.data?.items ?? []) : [];
    const at = Math.min(chosen, items.length - 1);
    const shown = open && query.length > 0 && (items.length > 0 || !found.isFetching);
    const go = (item: Found) => {
        setText("");
        setOpen(false);
        const params = { id: item.id };
        if (item.kind === "message") void navigate({ to: "/messages/$id", params });
        else if (item.kind === "lead") void navigate({ to: "/leads/$id", params });
        else if (item.kind === "touchpoint") void navigate({ to: "/touchpoints/$id", params });
        else void navigate({ to: "/profiles/$id", params });
    };
    const onKeyDown = (event: KeyboardEvent) => {
        const item = items[at];
        if (event.key === "ArrowDown") setChosen(Math.min(at + 1, items.length - 1));
        else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
        else if (event.key === "Escape") setOpen(false);
        else if (event.key === "Enter" && shown && item) go(item);
        else return;
        event.preventDefault();
    };
    return (
        // On a phone a row of its own, below the tools.
        <div className={wide ? "search" : "search narrow"} onBlur={() => setOpen(false)}>
            <SearchOutlined aria-hidden />
            <input
                ref={input}
                type="search"
                role="combobox"
                aria-expanded={shown}
                aria-controls={listId}
                aria-autocomplete="list"
                aria-activedescendant={shown && items[at] ? `${listId}-${at}` : undefined}
                aria-label={t("search.placeholder")}
                placeholder={t("search.placeholder")}
                autoComplete="off"
                value={text}
                onChange={(event) => {
                    setText(event.target.value);
                    setChosen(0);
                    setOpen(true);
                }}
                onFocus={() => setOpen(true)}
                onKeyDown={onKeyDown}
            />
            {shown && items.length === 0 && <div className="found nobody">{t("search.nobody")}</div>}
            <ul
                id={listId}
                role="listbox"
                aria-label={t("search.found")}
                className="found"
                hidden={!shown || items.length === 0}
            >
                {items.map((item, index) => (
                    <li
                        key={item.id}
                        id={`${listId}-${index}`}
                        role="option"
                        aria-selected={index === at}
                        onMouseEnter={() => setChosen(index)}
                        // Before the field loses the focus and the list is gone.
                        onMouseDown={(event) => {
                            event.preventDefault();
                            go(item);
                        }}
                    >
                        <strong>{item.title}</strong>
                        <Detail item={item} query={query} />
                    </li>
                ))}
            </ul>
        </div>
    );
}

/** By what else this is known, what was looked for first. */
function Detail({ item, query }: { item: Found; query: string }) {
    const kindName = useKindName();
    return (
        <span className="detail">
            {identitiesOf(item, query).map((identity, index) => {
                const { kind, value } = parseIdentity(identity);
                return (
                    <span key={identity}>
                        {index > 0 && " · "}
                        {kindName(kind)} <IdentityValue kind={kind} value={value} />
                    </span>
                );
            })}
        </span>
    );
}
