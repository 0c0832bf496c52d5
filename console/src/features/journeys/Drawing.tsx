import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import type { Definition, StepForm } from "./data";
import { arrowsOf, BOX, boxesOf, END, heightOf, pathOf, WIDTH } from "./flow";

interface Props {
    definition: Definition;
    forms: StepForm[];
    /** How many entered each step. */
    counts: Record<string, number>;
    entered: number;
}

/** How people go through it. The bar in a box is the share of those who entered that came so far. */
export function Drawing({ definition, forms, counts, entered }: Props) {
    const { t } = useTranslation("journeys");
    const { steps } = definition;
    const boxes = new Map(boxesOf(steps).map((box) => [box.id, box]));
    const typeName = (type: string) => forms.find((form) => form.id === type)?.label[currentLanguage()] ?? type;
    let lanes = 0;
    return (
        <svg className="graph" viewBox={`0 0 ${WIDTH} ${heightOf(steps)}`} role="img" aria-label={t("drawingOf", { count: steps.length })}>
            <defs>
                <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                    <path d="M 0 0 L 8 4 L 0 8 z" fill="currentColor" />
                </marker>
            </defs>
            {arrowsOf(steps).map((arrow) => {
                const [from, to] = [boxes.get(arrow.from), boxes.get(arrow.to)];
                if (!from || !to) return null;
                const path = pathOf(from, to, arrow.way === "next" ? 0 : (lanes += 1));
                const arc = path.includes("C");
                return (
                    <g key={`${arrow.from} ${arrow.way}`}>
                        <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} markerEnd="url(#tip)" opacity={0.7} />
                        {arc && (
                            <text x={BOX.x + BOX.width + 30} y={(from.y + to.y) / 2 + BOX.height / 2} fontSize={12} fill="currentColor">
                                {t(`way.${arrow.way as "next"}`)}
                            </text>
                        )}
                    </g>
                );
            })}
            {steps.map((step) => {
                const box = boxes.get(step.id);
                const count = counts[step.id] ?? 0;
                if (!box) return null;
                return (
                    <g key={step.id} transform={`translate(${BOX.x} ${box.y})`}>
                        <rect width={BOX.width} height={BOX.height} rx={8} fill="var(--card)" stroke="var(--line)" strokeWidth={1.5} />
                        <rect y={BOX.height - 5} width={entered > 0 ? (BOX.width * Math.min(count, entered)) / entered : 0} height={5} rx={2.5} fill="#0958d9" />
                        <text x={14} y={22} fontSize={14} fontWeight={600} fill="currentColor">
                            {typeName(step.type)}
                        </text>
                        <text x={14} y={41} fontSize={12} fill="currentColor" opacity={0.75}>
                            {step.id}
                        </text>
                        <text x={BOX.width - 14} y={32} fontSize={18} textAnchor="end" fill="currentColor">
                            {count}
                        </text>
                    </g>
                );
            })}
            <End y={boxes.get(END)?.y ?? 0} />
        </svg>
    );
}

function End({ y }: { y: number }) {
    const { t } = useTranslation("journeys");
    return (
        <g transform={`translate(${BOX.x} ${y})`}>
            <rect x={BOX.width / 2 - 50} width={100} height={36} rx={18} fill="none" stroke="var(--line)" strokeWidth={1.5} />
            <text x={BOX.width / 2} y={23} fontSize={13} textAnchor="middle" fill="currentColor">
                {t("end")}
            </text>
        </g>
    );
}
