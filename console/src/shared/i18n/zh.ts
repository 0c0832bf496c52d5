// Every catalog of this language: `shared` and `names` are everybody's, the others a feature's.
import antd from "antd/es/locale/zh_CN";
import app from "../../app/locale.zh.json";
import apikeys from "../../features/apikeys/locale.zh.json";
import audit from "../../features/audit/locale.zh.json";
import channels from "../../features/channels/locale.zh.json";
import deadletters from "../../features/deadletters/locale.zh.json";
import doors from "../../features/doors/locale.zh.json";
import journeys from "../../features/journeys/locale.zh.json";
import leads from "../../features/leads/locale.zh.json";
import messages from "../../features/messages/locale.zh.json";
import profiles from "../../features/profiles/locale.zh.json";
import quarantine from "../../features/quarantine/locale.zh.json";
import session from "../../features/session/locale.zh.json";
import setup from "../../features/setup/locale.zh.json";
import staff from "../../features/staff/locale.zh.json";
import system from "../../features/system/locale.zh.json";
import tasks from "../../features/tasks/locale.zh.json";
import touchpoints from "../../features/touchpoints/locale.zh.json";
import names from "./names.zh.json";
import problems from "./problems.zh.json";
import shared from "./shared.zh.json";

export { antd };
export const catalogs = {
    app,
    apikeys,
    audit,
    channels,
    deadletters,
    doors,
    journeys,
    leads,
    messages,
    names,
    problems,
    profiles,
    quarantine,
    session,
    setup,
    shared,
    staff,
    system,
    tasks,
    touchpoints,
};
