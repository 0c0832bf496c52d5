// A journey's steps as a drawing: boxes in their order, straight arrows to the next, and ways to any other
// step beside the boxes: what happened leaves to the left, what did not to the right, each in a lane of its
// own with its word on it. A function of the definition alone.

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
/** The ways of what happened. */
const LEFT = new Set(["then", "on_event"]);

/** Every way from step to step. A step without a `next` goes on to the one after it. */
export function arrowsOf(steps: readonly Step[]): Arrow[] {
    return steps.flatMap((step, index) => {
        if (step.type === "exit") return [{ from: step.id, to: END, way: "next" }];
        const after = step.next ?? steps[index + 1]?.id ?? END;
        const named = WAYS.filter((way) => typeof step[way] === "string").map((way) => ({
            from: step.id,
            to: step[way] as string,
            way,
        }));
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

export const BOX = { width: 340, height: 58 };
/** The height of the end's box, which is lower. */
export const END_HEIGHT = 36;
const GAP = 44;
const LANE = 22;
/** Beside the boxes: room for a word, then the lanes. */
const WORD = 62;

export function boxesOf(steps: readonly Step[]): Box[] {
    return [...steps.map((step) => step.id), END].map((id, index) => ({ id, y: 16 + index * (BOX.height + GAP) }));
}

export function heightOf(steps: readonly Step[]): number {
    return 16 + steps.length * (BOX.height + GAP) + END_HEIGHT + 16;
}

export interface Way extends Arrow {
    path: string;
    /** Where its word stands; none where a way needs none. */
    label?: { x: number; y: number; anchor: "start" | "end" };
}

export interface Drawn {
    width: number;
    /** Where the boxes begin. */
    left: number;
    boxes: Box[];
    ways: Way[];
}

export function draw(steps: readonly Step[]): Drawn {
    const boxes = boxesOf(steps);
    const place = new Map(boxes.map((box, index) => [box.id, index]));
    const arrows = arrowsOf(steps).filter((arrow) => place.has(arrow.from) && place.has(arrow.to));
    const isStraight = ({ from, to }: Arrow) => place.get(to) === (place.get(from) ?? 0) + 1;
    // Of two ways to the box below, the second one has to go beside.
    const taken = new Set<string>();
    const straight = arrows.filter((arrow) => {
        if (!isStraight(arrow) || taken.has(arrow.from)) return false;
        taken.add(arrow.from);
        return true;
    });
    const beside = arrows.filter((arrow) => !straight.includes(arrow));
    const onLeft = beside.filter((arrow) => LEFT.has(arrow.way));
    const onRight = beside.filter((arrow) => !LEFT.has(arrow.way));
    const margin = (lanes: number) => (lanes > 0 ? WORD + lanes * LANE : 24);
    const left = margin(onLeft.length);
    const at = (id: string) => boxes[place.get(id) ?? 0] ?? { id, y: 0 };
    const frame = { left, right: left + BOX.width };
    const ways = [
        ...straight.map((arrow) => down(arrow, at(arrow.from), at(arrow.to), frame)),
        ...onLeft.map((arrow, lane) => around(arrow, at(arrow.from), at(arrow.to), frame.left, -1, lane)),
        ...onRight.map((arrow, lane) => around(arrow, at(arrow.from), at(arrow.to), frame.right, 1, lane)),
    ];
    return { width: frame.right + margin(onRight.length), left, boxes, ways };
}

function down(arrow: Arrow, from: Box, to: Box, { left, right }: { left: number; right: number }): Way {
    const middle = (left + right) / 2;
    const start = from.y + BOX.height;
    const path = `M ${middle} ${start} L ${middle} ${to.y - 4}`;
    const label = { x: middle + 10, y: start + GAP / 2 + 4, anchor: "start" as const };
    return { ...arrow, path, label: arrow.way === "next" ? undefined : label };
}

/** Out at the side, along a lane, and in again: with corners, so that a word has a line to stand on. */
function around(arrow: Arrow, from: Box, to: Box, edge: number, side: 1 | -1, lane: number): Way {
    const out = edge + side * (WORD + lane * LANE);
    const start = from.y + BOX.height / 2;
    // Each lane comes in at a height of its own.
    const room = (to.id === END ? END_HEIGHT : BOX.height) / 2 - 6;
    const end = to.y + (to.id === END ? END_HEIGHT : BOX.height) / 2 - room + ((lane * 9) % (2 * room));
    const into = to.id === END ? edge - side * (BOX.width / 2 - 56) : edge + side * 4;
    const turn = end > start ? 10 : -10;
    const path = [
        `M ${edge} ${start}`,
        `L ${out - side * 10} ${start}`,
        `Q ${out} ${start} ${out} ${start + turn}`,
        `L ${out} ${end - turn}`,
        `Q ${out} ${end} ${out - side * 10} ${end}`,
        `L ${into} ${end}`,
    ].join(" ");
    return { ...arrow, path, label: { x: edge + side * 8, y: start - 6, anchor: side > 0 ? "start" : "end" } };
}
