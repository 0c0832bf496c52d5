// Every catalog of this language: `shared` and `names` are everybody's, the others a feature's.
import antd from "antd/es/locale/en_US";
import app from "../../app/locale.en.json";
import apikeys from "../../features/apikeys/locale.en.json";
import audit from "../../features/audit/locale.en.json";
import channels from "../../features/channels/locale.en.json";
import deadletters from "../../features/deadletters/locale.en.json";
import doors from "../../features/doors/locale.en.json";
import journeys from "../../features/journeys/locale.en.json";
import leads from "../../features/leads/locale.en.json";
import messages from "../../features/messages/locale.en.json";
import profiles from "../../features/profiles/locale.en.json";
import quarantine from "../../features/quarantine/locale.en.json";
import session from "../../features/session/locale.en.json";
import setup from "../../features/setup/locale.en.json";
import staff from "../../features/staff/locale.en.json";
import system from "../../features/system/locale.en.json";
import tasks from "../../features/tasks/locale.en.json";
import touchpoints from "../../features/touchpoints/locale.en.json";
import names from "./names.en.json";
import problems from "./problems.en.json";
import shared from "./shared.en.json";

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
