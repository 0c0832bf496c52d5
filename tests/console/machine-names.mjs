// Names that machines gave, in what a person reads: identifiers with dots, underscores, dashes or dollars, and
// words that stand alone in small Latin letters. Ids are allowed where they are marked as such.

/** What people typed or are called, in the demo company's data: no translation would be right. */
export const TYPED = [
    "admin", // the first administrator's id, as the log shows who acted
    "gold", // a member level
    "kettles",
    "lighting",
    "teaware", // product lines
    "demo-site",
    "demo-oa",
    "demo-shop", // endpoints, where no mark can stand: in the title of a window, in a label
];

/** Where text is shown as it is, and says so by its looks. */
const MARKED = "code, pre, textarea, input, .machine, style, script, iframe";

/** Every such name on the page as it stands, with the text around it. */
export async function machineNames(page, typed = TYPED) {
    return page.evaluate(
        ({ typed, marked }) => {
            const found = [];
            const allowed = new Set(typed);
            // Addresses of pages and of mailboxes are written like this in every language.
            const addresses = /https?:\/\/[^\s，。；）]+|[\w.+*-]+@[\w.*-]+\.\w+|#\d+/gu;
            const identifiers = /\$[a-z][\w.]*|\b[a-z][a-z0-9]*(?:[._-][a-z0-9]+)+\b|\b[a-z]+[A-Z]\w*\b|\{"|"\]/gu;
            const look = (text, where) => {
                const rest = text.replace(addresses, " ").trim();
                const alone = /^[a-z]{2,}$/u.test(rest) ? [rest] : [];
                for (const name of [...(rest.match(identifiers) ?? []), ...alone]) {
                    if (!allowed.has(name)) found.push(`${name} in "${text.trim().slice(0, 60)}" (${where})`);
                }
            };
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const element = node.parentElement;
                if (!element || element.closest(marked) || !element.checkVisibility()) continue;
                // A list's values for screen readers, which read its labels instead: a box of no height.
                const list = element.closest('[role="listbox"]');
                if (list && list.getBoundingClientRect().height === 0) continue;
                look(node.data, element.tagName.toLowerCase());
            }
            for (const element of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
                // The pictures of the component library have English names that are not shown.
                if (element.closest("code, pre, .anticon") || !element.checkVisibility()) continue;
                for (const name of ["aria-label", "placeholder", "title"]) look(element.getAttribute(name) ?? "", name);
            }
            look(document.title, "title of the page");
            return [...new Set(found)];
        },
        { typed, marked: MARKED },
    );
}
