// One catalog per feature and language. A language is loaded when it is chosen: nobody reads two at once.
// Keys are typed after the English catalogs, and the lint holds both to the same keys: a missing key fails
// the build.
import type { Locale } from "antd/es/locale";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { catalogs } from "./en";

export type Language = "zh" | "en";

declare module "i18next" {
    interface CustomTypeOptions {
        resources: typeof catalogs;
        returnNull: false;
    }
}

const KEPT = "tributary.language";
/** The texts of the components that are not ours, by language. */
const components: Partial<Record<Language, Locale>> = {};

/** Each in a function of its own: chosen between in one place, the build would fetch both ahead. */
const LOAD = {
    zh: () => import("./zh"),
    en: () => import("./en"),
};

function preferred(): Language {
    const kept = localStorage.getItem(KEPT);
    if (kept === "zh" || kept === "en") return kept;
    return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

async function load(language: Language): Promise<void> {
    if (components[language]) return;
    const { antd, catalogs } = await LOAD[language]();
    components[language] = antd;
    for (const [name, catalog] of Object.entries(catalogs)) i18next.addResourceBundle(language, name, catalog);
}

/** Ready to speak: nothing is drawn before. */
export async function begin(): Promise<void> {
    const language = preferred();
    await i18next.use(initReactI18next).init({
        resources: {},
        lng: language,
        fallbackLng: false,
        interpolation: { escapeValue: false },
    });
    document.documentElement.lang = language;
    await load(language);
}

export async function setLanguage(language: Language): Promise<void> {
    localStorage.setItem(KEPT, language);
    await load(language);
    document.documentElement.lang = language;
    await i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
    return i18next.language === "zh" ? "zh" : "en";
}

export function componentTexts(): Locale | undefined {
    return components[currentLanguage()];
}
