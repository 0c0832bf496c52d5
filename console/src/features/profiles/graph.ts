// Where the identities of a profile lie in its drawing. Those that hold others together stand in the middle,
// one below the other, strongest first; what hangs on one of them stands beside it, left and right. A line
// never runs behind a box. A function of its input alone, so that a drawing does not jump when drawn again.

import { parseIdentity } from "../../shared/lib/format";

export interface Link {
    a: string;
    b: string;
    verdict?: string;
    cut?: unknown;
}

export interface Node {
    /** The identities it stands for: several of one kind that hang on the same one are drawn as one. */
    keys: string[];
    x: number;
    y: number;
}

export interface Line {
    from: Node;
    to: Node;
    /** As an SVG path. */
    path: string;
    /** Where its label stands. */
    label: { x: number; y: number };
    /** The edge it draws; the first of those that are drawn as one. */
    edge: Link;
}

export const BOX = { width: 196, height: 44 };
const ROOM = 84;
const GUTTER = 128;
export const WIDTH = 3 * BOX.width + 2 * GUTTER;
const MIDDLE = WIDTH / 2;
const SIDES = [BOX.width / 2, WIDTH - BOX.width / 2] as const;

export function heightOf(nodes: readonly Node[]): number {
    return Math.max(120, ...nodes.map((node) => node.y + BOX.height / 2 + 16));
}

/** Every identity an edge names, those beyond the profile included: a refused edge leads there. */
export function keysOf(identities: readonly string[], edges: readonly Link[]): string[] {
    return [...new Set([...identities, ...edges.flatMap((edge) => [edge.a, edge.b])])].sort();
}

function neighboursOf(keys: readonly string[], edges: readonly Link[]): Map<string, Set<string>> {
    const neighbours = new Map<string, Set<string>>(keys.map((key) => [key, new Set()]));
    for (const { a, b } of edges) {
        if (a === b) continue;
        neighbours.get(a)?.add(b);
        neighbours.get(b)?.add(a);
    }
    return neighbours;
}

interface Row {
    hub: string;
    /** What hangs on it, in groups of one kind. */
    leaves: string[][];
}

/** Who stands in the middle, in the order of a walk along the edges, and what hangs on each. */
export function rowsOf(keys: readonly string[], edges: readonly Link[]): Row[] {
    const neighbours = neighboursOf(keys, edges);
    const degree = (key: string) => neighbours.get(key)?.size ?? 0;
    const strongest = [...keys].sort((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1));
    // Of two that hold only each other, the first one stands in the middle.
    const isHub = (key: string) => {
        const [only] = [...(neighbours.get(key) ?? [])];
        return degree(key) !== 1 || only === undefined || (degree(only) === 1 && key < only);
    };
    const hubs = new Set(keys.filter(isHub));
    const order: string[] = [];
    const visit = (key: string): void => {
        if (order.includes(key) || !hubs.has(key)) return;
        order.push(key);
        const next = [...(neighbours.get(key) ?? [])].filter((one) => hubs.has(one));
        for (const one of strongest.filter((key) => next.includes(key))) visit(one);
    };
    strongest.forEach(visit);
    return order.map((hub) => {
        const leaves = [...(neighbours.get(hub) ?? [])].filter((key) => !hubs.has(key)).sort();
        return { hub, leaves: groupsOf(hub, leaves, edges) };
    });
}

/** Carts, devices and the like that one identity holds: as one box each kind, where all lines are alike. */
function groupsOf(hub: string, leaves: readonly string[], edges: readonly Link[]): string[][] {
    const groups = new Map<string, string[]>();
    for (const key of leaves) {
        const edge = edges.find(({ a, b }) => (a === hub && b === key) || (b === hub && a === key));
        const alike = `${parseIdentity(key).kind} ${edge?.verdict ?? ""} ${edge?.cut ? "cut" : ""}`;
        groups.set(alike, [...(groups.get(alike) ?? []), key]);
    }
    return [...groups.values()];
}

export interface Layout {
    nodes: Node[];
    lines: Line[];
}

export function layout(keys: readonly string[], edges: readonly Link[]): Layout {
    const nodes: Node[] = [];
    const at = new Map<string, Node>();
    const place = (node: Node) => {
        nodes.push(node);
        for (const key of node.keys) at.set(key, node);
    };
    let top = BOX.height / 2 + 12;
    for (const { hub, leaves } of rowsOf(keys, edges)) {
        const height = Math.max(1, Math.ceil(leaves.length / 2));
        place({ keys: [hub], x: MIDDLE, y: top + ((height - 1) * ROOM) / 2 });
        leaves.forEach((group, index) =>
            place({ keys: group, x: SIDES[index % 2 === 0 ? 0 : 1], y: top + Math.floor(index / 2) * ROOM }),
        );
        top += height * ROOM;
    }
    return { nodes, lines: linesOf(nodes, at, edges) };
}

function linesOf(nodes: readonly Node[], at: ReadonlyMap<string, Node>, edges: readonly Link[]): Line[] {
    const drawn = new Set<string>();
    const middle = nodes.filter((node) => node.x === MIDDLE);
    let lane = 0;
    return [...edges]
        .sort((a, b) => (`${a.a} ${a.b}` < `${b.a} ${b.b}` ? -1 : 1))
        .flatMap((edge): Line[] => {
            const [one, other] = [at.get(edge.a), at.get(edge.b)];
            if (!one || !other || one === other) return [];
            const key = `${nodes.indexOf(one)} ${nodes.indexOf(other)}`;
            if (drawn.has(key)) return [];
            drawn.add(key);
            const [from, to] = one.y <= other.y ? [one, other] : [other, one];
            if (one.x === MIDDLE && other.x === MIDDLE) {
                const between = middle.filter((node) => node.y > from.y && node.y < to.y).length;
                return [between === 0 ? straight(from, to, edge) : around(from, to, edge, lane++)];
            }
            const [hub, leaf] = one.x === MIDDLE ? [one, other] : [other, one];
            return [beside(hub, leaf, edge)];
        });
}

/** From box to box below it. */
function straight(from: Node, to: Node, edge: Link): Line {
    const [start, end] = [from.y + BOX.height / 2, to.y - BOX.height / 2];
    return {
        from,
        to,
        edge,
        path: `M ${from.x} ${start} L ${to.x} ${end}`,
        label: { x: from.x, y: (start + end) / 2 },
    };
}

/** Past the boxes between, in the gutter at one side. */
function around(from: Node, to: Node, edge: Link, lane: number): Line {
    const side = lane % 2 === 0 ? 1 : -1;
    const edgeX = MIDDLE + (side * BOX.width) / 2;
    const outX = edgeX + side * (GUTTER / 2 + Math.floor(lane / 2) * 14);
    const path = `M ${edgeX} ${from.y} C ${outX} ${from.y} ${outX} ${to.y} ${edgeX} ${to.y}`;
    return { from, to, edge, path, label: along(from, to, edgeX, outX) };
}

/** A place on the way around that lies between two rows, where no other line has its word. */
function along(from: Node, to: Node, edgeX: number, outX: number): Line["label"] {
    const y = to.y - ROOM / 2;
    const heightAt = (t: number) => from.y + (to.y - from.y) * t * t * (3 - 2 * t);
    let [low, high] = [0, 1];
    for (let step = 0; step < 20; step += 1) {
        const middle = (low + high) / 2;
        if (heightAt(middle) < y) low = middle;
        else high = middle;
    }
    return { x: edgeX + 3 * low * (1 - low) * (outX - edgeX), y };
}

function beside(hub: Node, leaf: Node, edge: Link): Line {
    const side = leaf.x > hub.x ? 1 : -1;
    const [start, end] = [hub.x + (side * BOX.width) / 2, leaf.x - (side * BOX.width) / 2];
    const path = `M ${start} ${hub.y} L ${end} ${leaf.y}`;
    // Near the leaf, where lines of one hub have come apart.
    const along = 0.66;
    return {
        from: hub,
        to: leaf,
        edge,
        path,
        label: { x: start + (end - start) * along, y: hub.y + (leaf.y - hub.y) * along },
    };
}

export function shorten(text: string, most: number): string {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
