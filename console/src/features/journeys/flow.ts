// A journey's steps as a drawing: boxes in their order, straight arrows to the next, arcs to where
// else a step may lead. A function of the definition alone.

export interface Step {
    id: string;
    type: string;
    next?: string | null;
    [field: string]: unknown;
}

export interface Arrow {
    from: string;
    to: string;
    /** Which way out: `next`, `then`, `else`, `on_event`, `on_timeout`. */
    way: string;
}

/** The end of every journey. */
export const END = "";
/** Fields that name a step to go to, beside `next`. */
const WAYS = ["then", "else", "on_event", "on_timeout"];

/** Every way from step to step. A step without a `next` goes on to the one after it. */
export function arrowsOf(steps: readonly Step[]): Arrow[] {
    return steps.flatMap((step, index) => {
        if (step.type === "exit") return [{ from: step.id, to: END, way: "next" }];
        const after = step.next ?? steps[index + 1]?.id ?? END;
        const named = WAYS.filter((way) => typeof step[way] === "string").map((way) => ({ from: step.id, to: step[way] as string, way }));
        const leads = step.type === "branch" || step.type === "wait_for";
        // Both ways named: nothing is left for the straight one.
        if (leads && named.length === 2) return named;
        return [...named, { from: step.id, to: after, way: "next" }];
    });
}

export interface Box {
    id: string;
    y: number;
}

export const WIDTH = 560;
export const BOX = { x: 90, width: 320, height: 56 };
const GAP = 40;

export function boxesOf(steps: readonly Step[]): Box[] {
    return [...steps.map((step) => step.id), END].map((id, index) => ({ id, y: 20 + index * (BOX.height + GAP) }));
}

export function heightOf(steps: readonly Step[]): number {
    return 40 + (steps.length + 1) * (BOX.height + GAP) - GAP;
}

/** The path of an arrow: straight to the box below, in an arc beside the boxes to any other. */
export function pathOf(from: Box, to: Box, lane: number): string {
    const middle = BOX.x + BOX.width / 2;
    const below = to.y === from.y + BOX.height + GAP;
    if (below && lane === 0) return `M ${middle} ${from.y + BOX.height} L ${middle} ${to.y - 4}`;
    const side = BOX.x + BOX.width;
    const out = side + 24 + lane * 18;
    const [start, end] = [from.y + BOX.height / 2 + 8, to.y + BOX.height / 2 - 8];
    return `M ${side} ${start} C ${out + 24} ${start} ${out + 24} ${end} ${side + 4} ${end}`;
}
