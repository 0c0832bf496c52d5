// Whether the demo is as promised, read from the API.

import { ENDPOINTS, FAN_TAG, SHANGHAI_REP } from "./company.mjs";
import { KEYWORD, LI_NA } from "./hero.mjs";
import { PROMISED } from "./live.mjs";
import { TOTAL } from "./people.mjs";

const CHANNELS = ["web", "wechat-official", "shopify", "standard-webhooks"];
const ENDPOINT_NAMES = Object.values(ENDPOINTS).map(({ channel, id }) => `${channel}/${id}`);
const KINDS = ["user_id", "phone", "email", "wechat_openid", "shopify_customer", "anonymous_id", "cart"];
/** What Li Na was sent, by which medium. */
const HER_MESSAGES = { welcome_mail: "email", reminder: "sms", recovery_mail: "email", coupon_mail: "email" };

/** What was found, and the list of what is wrong with it. */
export async function check(client, crowd) {
    const wrong = [];
    const expect = (holds, what) => holds || wrong.push(what);
    const profiles = await client.all("/api/v1/profiles");
    everybody(profiles, [LI_NA, ...crowd], expect);
    const hero = await heroOf(client, expect);
    const found = { hero, profiles: profiles.length, ...(await countsOf(client)) };
    expect(found.leads >= PROMISED.leads, `${found.leads} leads, ${PROMISED.leads} expected`);
    for (const [step, count] of Object.entries(PROMISED.sent)) {
        expect(found.sentBy[step] >= count, `${found.sentBy[step] ?? 0} × ${step}, ${count} expected`);
    }
    expect(found.deadLetters === 0, `${found.deadLetters} touchpoints could not be processed`);
    return { found, wrong };
}

async function heroOf(client, expect) {
    const { items } = await client.get(`/api/v1/profiles?identity=${LI_NA.foundBy}`);
    const [profile] = items;
    if (!profile) return expect(false, "李娜 is not there") && undefined;
    const kinds = new Set(profile.identities.map(({ kind }) => kind));
    for (const kind of KINDS) expect(kinds.has(kind), `李娜 has no ${kind}`);
    expect(profile.traits.name === LI_NA.name, `李娜 is called ${profile.traits.name}`);
    const timeline = await client.all(`/api/v1/profiles/${profile.id}/timeline`);
    const endpoints = new Set(timeline.map(({ channel, endpoint }) => `${channel}/${endpoint}`));
    for (const one of ENDPOINT_NAMES) expect(endpoints.has(one), `李娜 was not seen on ${one}`);

    const messages = await client.all(`/api/v1/messages?identity=${LI_NA.foundBy}`);
    for (const [step, medium] of Object.entries(HER_MESSAGES)) {
        const sent = messages.filter((message) => message.step === step && message.status === "sent");
        expect(sent.length === 1 && sent[0].medium === medium, `李娜 got ${sent.length} × ${step}`);
    }
    const { edges } = await client.get(`/api/v1/profiles/${profile.id}/identities`);
    const reasons = edges.filter(({ verdict, evidence }) => verdict === "joined" && evidence);
    expect(reasons.length >= profile.identities.length - 1, "nothing says why 李娜 is one person");
    return { profile, messages, lead: await leadOf(client, profile, expect) };
}

async function leadOf(client, profile, expect) {
    const leads = await client.all(`/api/v1/leads?owner=${SHANGHAI_REP}`);
    const listed = leads.find((lead) => lead.profile === profile.id);
    if (!listed) return expect(false, `李娜 is no lead of ${SHANGHAI_REP}`) && undefined;
    const lead = await client.get(`/api/v1/leads/${listed.id}`);
    const { answers } = lead;
    expect(lead.score.total >= lead.score.threshold, `李娜 has ${lead.score.total} points`);
    expect(lead.tasks.length > 0, "nobody is to call 李娜");
    expect(lead.opportunity, "李娜 is no opportunity");
    const { source, keyword } = answers.first_touch ?? {};
    expect(source === "baidu" && keyword === KEYWORD, `李娜 came from ${source} by ${keyword}`);
    expect(answers.viewed.some(({ name }) => name === "Pricing"), "李娜 has viewed no prices");
    expect(answers.viewed.some(({ product }) => product), "李娜 has viewed no product");
    expect(answers.questions.length === 2, `李娜 has asked ${answers.questions.length} questions`);
    expect(answers.mails.some(({ opened_at: openedAt }) => openedAt), "李娜 has opened no mail");
    expect(answers.segments_and_tags.tags.some(({ tag }) => tag === FAN_TAG), "李娜 has no tag");
    expect(answers.segments_and_tags.segments.length === 2, "李娜 is in no segments");
    return lead;
}

/** Everybody is one person, and each another. */
function everybody(profiles, list, expect) {
    const owners = new Map();
    for (const { id, identities } of profiles) {
        for (const { kind, value } of identities) {
            // As it is shown, and as a cashier types it.
            owners.set(`${kind}:${value}`, id);
            owners.set(`${kind}:${value.replace(/^\+86/, "")}`, id);
        }
    }
    for (const { foundBy } of list) expect(owners.has(foundBy), `${foundBy} is not there`);
    const persons = new Set(list.map(({ foundBy }) => owners.get(foundBy)));
    expect(persons.size === TOTAL, `${persons.size} people, ${TOTAL} expected`);
}

async function countsOf(client) {
    const sent = await client.all("/api/v1/messages?status=sent");
    const sentBy = {};
    for (const { journey, step } of sent) sentBy[`${journey}/${step}`] = (sentBy[`${journey}/${step}`] ?? 0) + 1;
    const perChannel = {};
    for (const channel of CHANNELS) {
        perChannel[channel] = (await client.get(`/api/v1/touchpoints?channel=${channel}&limit=1`)).total;
    }
    return {
        touchpoints: (await client.get("/api/v1/touchpoints?limit=1")).total,
        perChannel,
        sent: sent.length,
        sentBy,
        leads: (await client.get("/api/v1/leads?limit=1")).total,
        deadLetters: (await client.get("/api/v1/dead-letters")).items.length,
    };
}
