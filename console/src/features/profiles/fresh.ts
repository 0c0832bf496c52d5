// What happened while one looks. An older page that is loaded later holds nothing new.

export interface Place {
    received_at: number;
    seq: number;
}

/** The newest of what is there, by the order of arrival: what happened long ago may arrive now. */
export function newest(items: readonly Place[]): Place | undefined {
    return items.reduce<Place | undefined>(
        (best, one) => (best === undefined || one.seq > best.seq ? one : best),
        undefined,
    );
}

/** Whether this arrived after one began to look. */
export function isFresh(item: Place, began: Place | undefined): boolean {
    return began !== undefined && item.seq > began.seq;
}
