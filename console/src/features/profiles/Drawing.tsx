import { useTranslation } from "react-i18next";
import { useKindName } from "../../shared/ui/texts";
import { parseIdentity } from "../../shared/lib/format";
import type { Edge } from "./data";
import { heightOf, keysOf, layout, shorten, WIDTH } from "./graph";

/** The identity graph. The list below it says the same in words. */
export function Drawing({ own, edges }: { own: string[]; edges: Edge[] }) {
    const { t } = useTranslation("profiles");
    const kindName = useKindName();
    const nodes = layout(keysOf(own, edges), edges);
    const at = new Map(nodes.map((node) => [node.key, node]));
    return (
        <svg className="graph" viewBox={`0 0 ${WIDTH} ${heightOf(nodes)}`} role="img" aria-label={t("identity.drawing")}>
            {edges.map((edge) => {
                const [from, to] = [at.get(edge.a), at.get(edge.b)];
                if (!from || !to) return null;
                const joined = edge.verdict === "joined" && !edge.cut;
                return (
                    <line
                        key={`${edge.a} ${edge.b}`}
                        x1={from.x}
                        y1={from.y}
                        x2={to.x}
                        y2={to.y}
                        stroke={joined ? "#389e0d" : edge.cut ? "#cf1322" : "#d46b08"}
                        strokeWidth={joined ? 2.5 : 1.5}
                        strokeDasharray={joined ? undefined : "6 5"}
                    />
                );
            })}
            {nodes.map((node) => {
                const { kind, value } = parseIdentity(node.key);
                const mine = own.includes(node.key);
                return (
                    <g key={node.key} transform={`translate(${node.x} ${node.y})`} opacity={mine ? 1 : 0.6}>
                        <rect x={-112} y={-21} width={224} height={42} rx={8} fill="var(--card)" stroke={mine ? "#0958d9" : "var(--line)"} strokeWidth={1.5} />
                        <text textAnchor="middle" y={-4} fontSize={12} fill="currentColor" opacity={0.75}>
                            {kindName(kind)}
                        </text>
                        <text textAnchor="middle" y={13} fontSize={13} fill="currentColor">
                            {shorten(value, 28)}
                        </text>
                    </g>
                );
            })}
        </svg>
    );
}
