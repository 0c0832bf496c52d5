import { Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useSession } from "../../shared/api/session";
import { useChoice } from "../../shared/lib/params";
import { CursorList } from "../../shared/ui/CursorList";
import { Page } from "../../shared/ui/Page";
import { Section } from "../../shared/ui/Section";
import { useLeads, type LeadState } from "./data";
import { LeadRow } from "./LeadRow";

const STATES = ["all", "sales_ready", "queued", "accepted", "rejected", "closed"] as const;
/** The way of a lead, left to right. */
const COLUMNS = ["queued", "sales_ready", "accepted", "closed"] as const;
const KEPT = "tributary.leads.view";

/** Leads as a list or as a board; of oneself or of all one may see. */
export function LeadsPage() {
    const { t } = useTranslation("leads");
    const rep = useSession().data?.user.rep ?? undefined;
    const kept = localStorage.getItem(KEPT) === "board";
    const [view, setView] = useChoice("view", kept ? (["board", "list"] as const) : (["list", "board"] as const));
    const [whose, setWhose] = useChoice("whose", ["all", "mine"] as const);
    const owner = whose === "mine" ? rep : undefined;
    const choose = (next: "list" | "board") => {
        setView(next);
        localStorage.setItem(KEPT, next);
    };
    return (
        <Page
            title={t("title")}
            extra={
                <Flex wrap gap={8}>
                    {rep && (
                        <Segmented
                            aria-label={t("whose.label")}
                            value={whose}
                            onChange={setWhose}
                            options={(["mine", "all"] as const).map((value) => ({ value, label: t(`whose.${value}`) }))}
                        />
                    )}
                    <Segmented
                        aria-label={t("view.label")}
                        value={view}
                        onChange={choose}
                        options={(["list", "board"] as const).map((value) => ({ value, label: t(`view.${value}`) }))}
                    />
                </Flex>
            }
        >
            {view === "board" ? <Board owner={owner} /> : <List owner={owner} />}
        </Page>
    );
}

function List({ owner }: { owner?: string }) {
    const { t } = useTranslation("leads");
    const { t: shared } = useTranslation("shared");
    const [state, setState] = useChoice("state", STATES);
    const query = useLeads({ state: state === "all" ? undefined : state, owner });
    return (
        <>
            <div style={{ overflowX: "auto" }}>
                <Segmented
                    aria-label={t("filter")}
                    value={state}
                    onChange={setState}
                    options={STATES.map((value) => ({
                        value,
                        label: value === "all" ? t("all") : shared(`leadState.${value}`),
                    }))}
                />
            </div>
            <CursorList
                query={query}
                empty={t("empty")}
                keyOf={(lead) => lead.id}
                row={(lead) => <LeadRow lead={lead} showsState />}
            />
        </>
    );
}

function Board({ owner }: { owner?: string }) {
    return (
        <div className="board">
            {COLUMNS.map((state) => (
                <Column key={state} state={state} owner={owner} />
            ))}
        </div>
    );
}

function Column({ state, owner }: { state: LeadState; owner?: string }) {
    const { t } = useTranslation("leads");
    const { t: shared } = useTranslation("shared");
    const query = useLeads({ state, owner });
    const total = query.data?.pages[0]?.total;
    const name = shared(`leadState.${state}`);
    return (
        <Section title={typeof total === "number" ? t("column", { name, count: total }) : name}>
            <CursorList
                query={query}
                empty={t("emptyColumn")}
                keyOf={(lead) => lead.id}
                row={(lead) => <LeadRow lead={lead} />}
            />
        </Section>
    );
}
