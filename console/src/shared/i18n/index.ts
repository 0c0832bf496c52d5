// One catalog per feature and language, collected here. Keys are typed after the English one, and
// the lint holds both to the same keys: a missing key fails the build.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import appEn from "../../app/locale.en.json";
import appZh from "../../app/locale.zh.json";
import apikeysEn from "../../features/apikeys/locale.en.json";
import apikeysZh from "../../features/apikeys/locale.zh.json";
import auditEn from "../../features/audit/locale.en.json";
import auditZh from "../../features/audit/locale.zh.json";
import channelsEn from "../../features/channels/locale.en.json";
import channelsZh from "../../features/channels/locale.zh.json";
import deadlettersEn from "../../features/deadletters/locale.en.json";
import deadlettersZh from "../../features/deadletters/locale.zh.json";
import doorsEn from "../../features/doors/locale.en.json";
import doorsZh from "../../features/doors/locale.zh.json";
import journeysEn from "../../features/journeys/locale.en.json";
import journeysZh from "../../features/journeys/locale.zh.json";
import leadsEn from "../../features/leads/locale.en.json";
import leadsZh from "../../features/leads/locale.zh.json";
import messagesEn from "../../features/messages/locale.en.json";
import messagesZh from "../../features/messages/locale.zh.json";
import profilesEn from "../../features/profiles/locale.en.json";
import profilesZh from "../../features/profiles/locale.zh.json";
import quarantineEn from "../../features/quarantine/locale.en.json";
import quarantineZh from "../../features/quarantine/locale.zh.json";
import sessionEn from "../../features/session/locale.en.json";
import sessionZh from "../../features/session/locale.zh.json";
import setupEn from "../../features/setup/locale.en.json";
import setupZh from "../../features/setup/locale.zh.json";
import staffEn from "../../features/staff/locale.en.json";
import staffZh from "../../features/staff/locale.zh.json";
import systemEn from "../../features/system/locale.en.json";
import systemZh from "../../features/system/locale.zh.json";
import tasksEn from "../../features/tasks/locale.en.json";
import tasksZh from "../../features/tasks/locale.zh.json";
import touchpointsEn from "../../features/touchpoints/locale.en.json";
import touchpointsZh from "../../features/touchpoints/locale.zh.json";
import sharedEn from "./shared.en.json";
import sharedZh from "./shared.zh.json";

export type Language = "zh" | "en";

const en = {
    app: appEn,
    apikeys: apikeysEn,
    audit: auditEn,
    channels: channelsEn,
    deadletters: deadlettersEn,
    doors: doorsEn,
    journeys: journeysEn,
    leads: leadsEn,
    messages: messagesEn,
    profiles: profilesEn,
    quarantine: quarantineEn,
    session: sessionEn,
    setup: setupEn,
    staff: staffEn,
    system: systemEn,
    tasks: tasksEn,
    touchpoints: touchpointsEn,
    shared: sharedEn,
};
const zh: typeof en = {
    app: appZh,
    apikeys: apikeysZh,
    audit: auditZh,
    channels: channelsZh,
    deadletters: deadlettersZh,
    doors: doorsZh,
    journeys: journeysZh,
    leads: leadsZh,
    messages: messagesZh,
    profiles: profilesZh,
    quarantine: quarantineZh,
    session: sessionZh,
    setup: setupZh,
    staff: staffZh,
    system: systemZh,
    tasks: tasksZh,
    touchpoints: touchpointsZh,
    shared: sharedZh,
};

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
