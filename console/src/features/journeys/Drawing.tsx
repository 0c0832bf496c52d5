import { useTranslation } from "react-i18next";
import { currentLanguage } from "../../shared/i18n";
import type { Definition, StepForm } from "./data";
import { BOX, draw, END, END_HEIGHT, heightOf } from "./flow";
import { useStepText } from "./words";

interface Props {
    definition: Definition;
    forms: StepForm[];
    /** How many entered each step. */
    counts: Record<string, number>;
    entered: number;
}

/** Wide letters count twice: Chinese fills a line sooner. */
const MOST_WIDTH = 44;

function fitting(text: string): string {
    let width = 0;
    const letters = [...text];
    const end = letters.findIndex((letter) => (width += letter > "\u2e80" ? 2 : 1) > MOST_WIDTH);
    return end < 0 ? text : `${letters.slice(0, end).join("")}…`;
}

/** How people go through it. The bar in a box is the share of those who entered that came so far. */
export function Drawing({ definition, forms, counts, entered }: Props) {
    const { t } = useTranslation("journeys");
    const { steps } = definition;
    const stepText = useStepText(forms);
    const { width, left, boxes, ways } = draw(steps);
    const typeName = (type: string) => forms.find((form) => form.id === type)?.label[currentLanguage()] ?? "";
    const at = new Map(boxes.map((box) => [box.id, box.y]));
    return (
        <svg
            className="graph"
            viewBox={`0 0 ${width} ${heightOf(steps)}`}
            role="img"
            aria-label={t("drawingOf", { count: steps.length })}
        >
            <defs>
                <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                    <path d="M 0 0 L 8 4 L 0 8 z" fill="currentColor" />
                </marker>
            </defs>
            {ways.map((way) => (
                <g key={`${way.from} ${way.way}`}>
                    <path
                        d={way.path}
                        fill="none"
                        stroke="currentColor"
                        strokeWidth={1.5}
                        markerEnd="url(#tip)"
                        opacity={0.7}
                    />
                    {way.label && (
                        <text
                            x={way.label.x}
                            y={way.label.y}
                            textAnchor={way.label.anchor}
                            fontSize={12}
                            fill="currentColor"
                        >
                            {t(`way.${way.way as "next"}`)}
                        </text>
                    )}
                </g>
            ))}
            {steps.map((step) => {
                const count = counts[step.id] ?? 0;
                return (
                    <g key={step.id} transform={`translate(${left} ${at.get(step.id) ?? 0})`}>
                        <rect
                            width={BOX.width}
                            height={BOX.height}
                            rx={8}
                            fill="var(--card)"
                            stroke="var(--line)"
                            strokeWidth={1.5}
                        />
                        <rect
                            y={BOX.height - 5}
                            width={entered > 0 ? (BOX.width * Math.min(count, entered)) / entered : 0}
                            height={5}
                            rx={2.5}
                            fill="#0958d9"
                        />
                        <text x={14} y={21} fontSize={12} fill="currentColor" opacity={0.75}>
                            {typeName(step.type)}
                        </text>
                        <text x={14} y={42} fontSize={13} fontWeight={600} fill="currentColor">
                            {fitting(stepText(step))}
                        </text>
                        <text x={BOX.width - 14} y={24} fontSize={17} textAnchor="end" fill="currentColor">
                            {count}
                        </text>
                    </g>
                );
            })}
            <End x={left + BOX.width / 2} y={at.get(END) ?? 0} />
        </svg>
    );
}

function End({ x, y }: { x: number; y: number }) {
    const { t } = useTranslation("journeys");
    return (
        <g transform={`translate(${x} ${y})`}>
            <rect
                x={-50}
                width={100}
                height={END_HEIGHT}
                rx={18}
                fill="var(--card)"
                stroke="var(--line)"
                strokeWidth={1.5}
            />
            <text y={23} fontSize={13} textAnchor="middle" fill="currentColor">
                {t("end")}
            </text>
        </g>
    );
}
