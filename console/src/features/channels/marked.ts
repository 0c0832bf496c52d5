// What a vendor's instructions say in a machine's words: shown as such, so that it is copied letter by letter.

export interface Part {
    text: string;
    machine: boolean;
}

const ADDRESS = /https?:\/\/[^\s，。；、）]+/u;
/** With dots or slashes, with dashes or underscores, and calls. */
const NAME = /\/?\b[A-Za-z][\w-]*(?:[._/][\w-]+)+(?:\(\))?|\b[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+\b|\b\w+\(\)/u;
const MACHINE = new RegExp(`(${ADDRESS.source}|${NAME.source})`, "u");

export function marked(text: string): Part[] {
    return text
        .split(MACHINE)
        .map((part, index) => ({ text: part, machine: index % 2 === 1 }))
        .filter((part) => part.text !== "");
}
