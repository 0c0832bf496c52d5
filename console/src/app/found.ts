// What search answers about one that was found.

const digits = (text: string): string => text.replace(/\D/gu, "");

/** An identity's key, alone or in a document. */
function keyOf(one: unknown): string[] {
    if (typeof one === "string") return [one];
    const { identity } = (one ?? {}) as { identity?: unknown };
    return typeof identity === "string" ? [identity] : [];
}

/** The identities it is known by, those that hold what was typed first. */
export function identitiesOf(item: object, query: string): string[] {
    const { identities, detail } = item as { identities?: unknown; detail?: unknown };
    const joined = typeof detail === "string" ? detail.split(" · ") : [];
    const found = Array.isArray(identities) ? identities.flatMap(keyOf) : joined;
    const typed = query.toLowerCase();
    const number = digits(query);
    const fits = (identity: string) =>
        identity.toLowerCase().includes(typed) || (number.length >= 4 && digits(identity).includes(number));
    const known = found.filter((one) => one.includes(":"));
    return [...known.filter(fits), ...known.filter((one) => !fits(one))];
}
