// One catalog per feature and language, collected here. Keys are typed after the English one, and
// the lint holds both to the same keys: a missing key fails the build.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import appEn from "../../app/locale.en.json";
import appZh from "../../app/locale.zh.json";
import channelsEn from "../../features/channels/locale.en.json";
import channelsZh from "../../features/channels/locale.zh.json";
import messagesEn from "../../features/messages/locale.en.json";
import messagesZh from "../../features/messages/locale.zh.json";
import profilesEn from "../../features/profiles/locale.en.json";
import profilesZh from "../../features/profiles/locale.zh.json";
import sessionEn from "../../features/session/locale.en.json";
import sessionZh from "../../features/session/locale.zh.json";
import sharedEn from "./shared.en.json";
import sharedZh from "./shared.zh.json";

export type Language = "zh" | "en";

const en = { app: appEn, channels: channelsEn, messages: messagesEn, profiles: profilesEn, session: sessionEn, shared: sharedEn };
const zh: typeof en = { app: appZh, channels: channelsZh, messages: messagesZh, profiles: profilesZh, session: sessionZh, shared: sharedZh };

declare module "i18next" {
    interface CustomTypeOptions {
        resources: typeof en;
        returnNull: false;
    }
}

const KEPT = "tributary.language";

function preferred(): Language {
    const kept = localStorage.getItem(KEPT);
    if (kept === "zh" || kept === "en") return kept;
    return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

void i18next.use(initReactI18next).init({
    resources: { en, zh },
    lng: preferred(),
    fallbackLng: "en",
    interpolation: { escapeValue: false },
});
document.documentElement.lang = i18next.language;

export function setLanguage(language: Language): void {
    localStorage.setItem(KEPT, language);
    document.documentElement.lang = language;
    void i18next.changeLanguage(language);
}

export function currentLanguage(): Language {
    return i18next.language === "zh" ? "zh" : "en";
}
