// Where the identities of a profile lie in its drawing: on a circle, those that are connected side by
// side. A function of its input alone, so that a drawing does not jump when it is drawn again.

export interface Node {
    key: string;
    x: number;
    y: number;
}

export const WIDTH = 720;

/** A box with the air around it. */
const ROOM = { width: 236, height: 54 };
const MARGIN = 40;

export function heightOf(nodes: readonly Node[]): number {
    return Math.max(220, ...nodes.map((node) => node.y + MARGIN));
}

/** Keys in the order in which a walk along the edges meets them. */
export function inWalkingOrder(keys: readonly string[], edges: readonly { a: string; b: string }[]): string[] {
    const neighbours = new Map<string, string[]>(keys.map((key) => [key, []]));
    for (const { a, b } of edges) {
        neighbours.get(a)?.push(b);
        neighbours.get(b)?.push(a);
    }
    const met: string[] = [];
    const seen = new Set<string>();
    const visit = (key: string): void => {
        if (seen.has(key) || !neighbours.has(key)) return;
        seen.add(key);
        met.push(key);
        for (const next of [...(neighbours.get(key) ?? [])].sort()) visit(next);
    };
    const busiest = [...keys].sort((a, b) => (neighbours.get(b)?.length ?? 0) - (neighbours.get(a)?.length ?? 0) || (a < b ? -1 : 1));
    busiest.forEach(visit);
    return met;
}

export function layout(keys: readonly string[], edges: readonly { a: string; b: string }[]): Node[] {
    const order = inWalkingOrder(keys, edges);
    const height = Math.max(220, 120 + order.length * 44);
    const radius = { x: WIDTH / 2 - 130, y: height / 2 - 40 };
    const nodes = order.map((key, index) => {
        const angle = (2 * Math.PI * index) / order.length - Math.PI / 2;
        return { key, x: WIDTH / 2 + radius.x * Math.cos(angle), y: height / 2 + radius.y * Math.sin(angle) };
    });
    return apart(nodes);
}

/** Downwards, so that no box lies on another: from the top, each below those it would touch. */
function apart(nodes: Node[]): Node[] {
    const placed: Node[] = [];
    for (const node of [...nodes].sort((a, b) => a.y - b.y || a.x - b.x)) {
        const touches = (y: number) => placed.filter((other) => Math.abs(other.x - node.x) < ROOM.width && Math.abs(other.y - y) < ROOM.height);
        let y = Math.max(node.y, MARGIN);
        for (let below = touches(y); below.length > 0; below = touches(y)) {
            y = Math.max(...below.map((other) => other.y)) + ROOM.height;
        }
        placed.push({ ...node, y });
    }
    return placed;
}

/** Every identity an edge names, those beyond the profile included: a refused edge leads there. */
export function keysOf(identities: readonly string[], edges: readonly { a: string; b: string }[]): string[] {
    return [...new Set([...identities, ...edges.flatMap((edge) => [edge.a, edge.b])])].sort();
}

export function shorten(text: string, most: number): string {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
