// What happens in which order: the past at once, then three days of which the suite's clock is
// moved from one event to the next.

import { ENDPOINTS, JOURNEY, REPS } from "./company.mjs";
import { deliver } from "./doors.mjs";
import * as hero from "./hero.mjs";
import { history } from "./history.mjs";
import * as live from "./live.mjs";
import { people } from "./people.mjs";
import { DAY, HOUR, MINUTE, SECOND } from "./time.mjs";

export async function tell(client, progress) {
    const crowd = people();
    const opened = await progress.phase("endpoints, salespeople, a journey", 1, () => setUp(client));
    // Counted from when the endpoints were made, so that a second run tells the same past.
    const past = [...history(crowd, opened), ...hero.past(opened)];
    await progress.phase("three weeks of touchpoints", past.length, (step) => deliver(client, past, step));
    await progress.phase("merging them into people", 1, () => client.advance());

    const begun = await begunAt(client);
    // A little ago: nothing happens after it arrives.
    const day = begun ?? client.now() - 30 * SECOND;
    const send = (deliveries) => deliver(client, deliveries);
    await progress.phase("today: sign-ups, carts, leads", 1, async () => {
        await send([...hero.morning(day), ...live.morning(crowd, day)]);
        await client.advance();
    });
    await progress.phase("two hours later: reminders", 1, async () => {
        await client.advanceTo(day + HOUR + MINUTE);
        await send(live.paidAtOnce(crowd, day));
        await client.advanceTo(day + 2 * HOUR + 5 * MINUTE);
        if (!begun) await answerLeads(client);
    });
    await progress.phase("a day later: recovery mails", 1, async () => {
        await client.advanceTo(day + 5 * HOUR + MINUTE);
        await send(live.paidAfterReminder(crowd, day));
        await client.advanceTo(day + 27 * HOUR);
        await send([...hero.nextDay(day, await welcomeMail(client)), ...live.firstOrders(crowd, day)]);
    });
    await progress.phase("three days later: coupons, and 李娜 is ready", 1, async () => {
        await client.advanceTo(day + 3 * DAY + 10 * MINUTE);
        await send(hero.ready(day));
        await client.advance();
    });
    return { crowd };
}

/** What is there stays as it is. Returns when the company opened. */
async function setUp(client) {
    const made = [];
    for (const { channel, id, secrets, settings } of Object.values(ENDPOINTS)) {
        made.push(await client.ask("PUT", `/api/v1/endpoints/${channel}/${id}`, { secrets, settings }));
    }
    for (const { id, body } of REPS) await putNew(client, `/api/v1/reps/${id}`, body);
    await putNew(client, `/api/v1/journeys/${JOURNEY.id}`, JOURNEY);
    return made[0].created_at;
}

async function putNew(client, path, body) {
    const { status } = await client.api("GET", path);
    if (status === 404) await client.ask("PUT", path, body);
}

/** When the live part began, if it has: Li Na signed up. */
async function begunAt(client) {
    const [found] = (await client.get(`/api/v1/profiles?identity=user_id:${hero.LI_NA.userId}`)).items;
    if (!found) return undefined;
    const { items } = await client.get(`/api/v1/profiles/${found.id}/timeline?name=Signed%20Up`);
    return items[0] && items[0].occurred_at - SECOND;
}

async function welcomeMail(client) {
    const { items } = await client.get(`/api/v1/messages?identity=${hero.LI_NA.foundBy}&journey=welcome`);
    const mail = items.find(({ step }) => step === "welcome_mail");
    if (!mail?.rendered) throw new Error("李娜 got no welcome mail");
    return mail;
}

/** Two salespeople have called. */
async function answerLeads(client) {
    const answers = [
        ["bai-lu", { state: "accepted", reason: "已电话联系，约了演示" }],
        ["chen-jie", { state: "accepted", reason: "已发报价" }],
    ];
    for (const [owner, answer] of answers) {
        const { items } = await client.get(`/api/v1/leads?owner=${owner}&state=sales_ready`);
        for (const { id } of items) await client.ask("PATCH", `/api/v1/leads/${id}`, answer);
    }
}
