import { useTranslation } from "react-i18next";
import { parseIdentity } from "../../shared/lib/format";
import { phone } from "../../shared/lib/phone";
import { useWord } from "../../shared/ui/names";
import { useKindName } from "../../shared/ui/texts";
import type { Edge } from "./data";
import { BOX, heightOf, keysOf, layout, shorten, WIDTH, type Line, type Node } from "./graph";

/** The identity graph. The list below it says the same in words, and stands alone where there is no room. */
export function Drawing({ own, edges }: { own: string[]; edges: Edge[] }) {
    const { t } = useTranslation("profiles");
    const { nodes, lines } = layout(keysOf(own, edges), edges);
    return (
        <svg
            className="graph wide-only"
            viewBox={`0 0 ${WIDTH} ${heightOf(nodes)}`}
            role="img"
            aria-label={t("identity.drawing")}
        >
            {lines.map((line) => (
                <path key={line.path} d={line.path} fill="none" {...strokeOf(line)} />
            ))}
            {lines.map((line) => (
                <Label
                    key={line.path}
                    line={line}
                    evidence={edges.find((edge) => edge === line.edge)?.evidence?.name}
                />
            ))}
            {nodes.map((node) => (
                <Box key={node.keys.join(" ")} node={node} mine={node.keys.some((key) => own.includes(key))} />
            ))}
        </svg>
    );
}

function strokeOf({ edge }: Line) {
    if (edge.cut) return { stroke: "#cf1322", strokeWidth: 1.5, strokeDasharray: "6 5" };
    if (edge.verdict === "joined") return { stroke: "#389e0d", strokeWidth: 2.5 };
    return { stroke: "#d46b08", strokeWidth: 1.5, strokeDasharray: "6 5" };
}

/** What happened when the two were seen together. */
function Label({ line, evidence }: { line: Line; evidence?: string | null }) {
    const word = useWord()(evidence ?? "");
    if (!word) return null;
    const width = 14 + 12 * [...word].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.55), 0);
    return (
        <g transform={`translate(${line.label.x} ${line.label.y})`}>
            <rect x={-width / 2} y={-9} width={width} height={18} rx={9} fill="var(--card)" />
            <text textAnchor="middle" y={4} fontSize={12} fill="currentColor">
                {word}
            </text>
        </g>
    );
}

function Box({ node, mine }: { node: Node; mine: boolean }) {
    const { t } = useTranslation("profiles");
    const kindName = useKindName();
    const { kind, value } = parseIdentity(node.keys[0] ?? "");
    const name = kindName(kind) ?? kind;
    const many = node.keys.length;
    const shown = kind === "phone" ? phone(value) : value;
    return (
        <g transform={`translate(${node.x} ${node.y})`} opacity={mine ? 1 : 0.6}>
            <rect
                x={-BOX.width / 2}
                y={-BOX.height / 2}
                width={BOX.width}
                height={BOX.height}
                rx={8}
                fill="var(--card)"
                stroke={mine ? "var(--mark)" : "var(--line)"}
                strokeWidth={1.5}
            />
            <text textAnchor="middle" y={-5} fontSize={12} fill="currentColor" opacity={0.75}>
                {many > 1 ? t("identity.group", { name, count: many }) : name}
            </text>
            <text className="machine" textAnchor="middle" y={13} fontSize={13} fill="currentColor">
                {shorten(many > 1 ? node.keys.map((key) => parseIdentity(key).value).join(", ") : shown, 26)}
            </text>
        </g>
    );
}
