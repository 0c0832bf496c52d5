// What the server's reader says of a document that it cannot take, in parts that can be said in any language.

export interface Fault {
    what: "unknownField" | "missingField" | "wrongType" | "unknownVariant" | "notJson";
    /** The field or value in question. */
    name?: string;
    /** What would have been right. */
    expected?: string;
    line?: number;
    column?: number;
}

const PLACE = / at line (\d+) column (\d+)$/u;
const PATTERNS: [RegExp, Fault["what"]][] = [
    [/unknown field `([^`]*)`(?:, expected (.*))?$/u, "unknownField"],
    [/missing field `([^`]*)`/u, "missingField"],
    [/unknown variant `([^`]*)`(?:, expected (.*))?$/u, "unknownVariant"],
    [/invalid (?:type|value|length): ([^,]*(?:"[^"]*")?[^,]*), expected (.*)$/u, "wrongType"],
    [/^(?:EOF|expected|trailing|key must|control character|invalid (?:number|escape))/u, "notJson"],
];

/** Nothing where the sentence is of no known form: then it is shown as it is. */
export function explain(detail: string): Fault | undefined {
    const place = PLACE.exec(detail);
    const said = detail.replace(PLACE, "").trim();
    for (const [pattern, what] of PATTERNS) {
        const found = pattern.exec(said);
        if (!found) continue;
        return {
            what,
            name: found[1]?.replaceAll("`", ""),
            expected: found[2]?.replace(/^one of /u, "").replaceAll("`", ""),
            line: place ? Number(place[1]) : undefined,
            column: place ? Number(place[2]) : undefined,
        };
    }
    return undefined;
}
