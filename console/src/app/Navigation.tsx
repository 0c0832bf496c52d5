import { Link, useLocation } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Session } from "../shared/api/session";

/** What there is, in the order of a day's work; a page is shown to whoever may see it. */
const GROUPS = [
    {
        label: "nav.customers",
        pages: [
            { path: "/", permission: "profiles:view", label: "nav.profiles" },
            { path: "/leads", permission: "leads:view", label: "nav.leads" },
            { path: "/tasks", permission: "tasks:view", label: "nav.tasks" },
        ],
    },
    {
        label: "nav.reach",
        pages: [
            { path: "/journeys", permission: "journeys:view", label: "nav.journeys" },
            { path: "/messages", permission: "messages:view", label: "nav.messages" },
        ],
    },
    {
        label: "nav.data",
        pages: [
            { path: "/channels", permission: "channels:view", label: "nav.channels" },
            { path: "/doors", permission: "doors:view", label: "nav.doors" },
            { path: "/inventory", permission: "channels:view", label: "nav.inventory" },
            { path: "/quarantine", permission: "dead_letters:view", label: "nav.quarantine" },
            { path: "/dead-letters", permission: "dead_letters:view", label: "nav.deadLetters" },
        ],
    },
    {
        label: "nav.running",
        pages: [
            { path: "/setup", permission: "setup:view", label: "nav.setup" },
            { path: "/system", permission: "system:view", label: "nav.system" },
            { path: "/staff", permission: "users:view", label: "nav.staff" },
            { path: "/api-keys", permission: "api_keys:view", label: "nav.apiKeys" },
            { path: "/audit", permission: "audit:view", label: "nav.audit" },
        ],
    },
] as const;

/** The page of the navigation that an address belongs to. */
function pageOf(pathname: string): string {
    if (pathname.startsWith("/profiles")) return "/";
    if (pathname.startsWith("/touchpoints")) return "/inventory";
    return `/${pathname.split("/")[1] ?? ""}`;
}

export function Navigation({ session, onChosen }: { session: Session; onChosen: () => void }) {
    const { t } = useTranslation("app");
    const selected = pageOf(useLocation().pathname);
    return (
        <nav aria-label={t("nav.label")} className="nav">
            {GROUPS.map((group) => {
                const pages = group.pages.filter((page) => session.permissions.includes(page.permission));
                if (pages.length === 0) return null;
                return (
                    <div key={group.label}>
                        <h2 className="nav-group">{t(group.label)}</h2>
                        <ul>
                            {pages.map((page) => (
                                <li key={page.path}>
                                    <Link
                                        to={page.path}
                                        onClick={onChosen}
                                        aria-current={page.path === selected ? "page" : undefined}
                                    >
                                        {t(page.label)}
                                    </Link>
                                </li>
                            ))}
                        </ul>
                    </div>
                );
            })}
        </nav>
    );
}
