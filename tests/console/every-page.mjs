// Every page of the demo company, and beside it what the demo leaves out: a code, a form, a request that nobody
// can read yet.

import assert from "node:assert/strict";

/** Names and addresses, for tests that look at each. */
export async function everyPage(suite) {
    const { items } = await suite.get("/api/v1/profiles?identity=phone:13800138000");
    const messages = await suite.get(`/api/v1/messages?profile=${items[0].id}`);
    const pages = {
        customers: "/",
        customer: `/profiles/${items[0].id}`,
        messages: "/messages",
        message: `/messages/${messages.items[0].id}`,
        channels: "/channels",
        leads: "/leads",
        tasks: "/tasks",
        journeys: "/journeys",
        journey: "/journeys/cart-recovery",
        inventory: "/inventory",
        touchpoints: "/touchpoints?channel=web&name=Product%20Viewed",
        quarantine: "/quarantine",
        doors: "/doors",
        mapping: "/channels/webhook/till",
        "dead-letters": "/dead-letters",
        system: "/system",
        staff: "/staff",
        "api-keys": "/api-keys",
        audit: "/audit",
        setup: "/setup",
        nothing: "/no-such-page",
    };
    const words = { zh: "预约演示", en: "Book a demo" };
    await suite.api("PUT", "/api/v1/codes/box", { target: "https://shop.example/kettle", campaign: "box-2026" });
    await suite.api("PUT", "/api/v1/forms/demo", { title: words, fields: [{ name: "phone", kind: "phone", label: words }] });
    await suite.endpoint("webhook", "till", { secret: "s" }, { authentication: "bearer" });
    const kept = await fetch(`${suite.url}/in/webhook/till`, { method: "POST", headers: { authorization: "Bearer s" }, body: '{"no": "B1"}' });
    assert.equal(kept.status, 202);
    const leads = await suite.get("/api/v1/leads?limit=1");
    pages.lead = `/leads/${leads.items[0].id}`;
    const touchpoints = await suite.get("/api/v1/touchpoints?channel=web&limit=1");
    pages.touchpoint = `/touchpoints/${touchpoints.items[0].id}`;
    const endpoints = await suite.get("/api/v1/endpoints");
    const { channel, id } = endpoints.items[0];
    pages.endpoint = `/channels/${channel}/${id}`;
    return pages;
}

/** The same, and what lies behind tabs, filters and other members of a kind: every endpoint, journey, message. */
export async function everyView(suite) {
    const pages = await everyPage(suite);
    const views = { ...pages };
    for (const tab of ["orders", "identity", "messages", "leads", "tasks"]) views[`customer, ${tab}`] = `${pages.customer}?tab=${tab}`;
    views["customer, system events"] = `${pages.customer}?own=true`;
    for (const tab of ["teams", "roles"]) views[`staff, ${tab}`] = `/staff?tab=${tab}`;
    views["messages to staff"] = "/messages?to=staff";
    views["messages not sent"] = "/messages?status=skipped&to=all";
    views.board = "/leads?view=board";
    views["to-dos done"] = "/tasks?state=done";
    views["all records"] = "/touchpoints";
    views["system records"] = "/touchpoints?channel=tributary";
    for (const { channel, id } of (await suite.get("/api/v1/endpoints")).items) views[`endpoint ${channel}`] = `/channels/${channel}/${id}`;
    for (const { id } of (await suite.get("/api/v1/journeys")).items) views[`journey ${id}`] = `/journeys/${id}`;
    // One message of each kind and each end.
    for (const message of (await suite.get("/api/v1/messages?limit=200")).items) {
        views[`message ${message.journey} ${message.step} ${message.status}`] = `/messages/${message.id}`;
    }
    for (const { name, channel } of (await suite.get("/api/v1/inventory")).items) {
        const of = new URLSearchParams({ channel, name });
        const found = await suite.get(`/api/v1/touchpoints?limit=1&${of}`);
        if (found.items.length > 0) views[`touchpoint ${name}`] = `/touchpoints/${found.items[0].id}`;
    }
    for (const lead of (await suite.get("/api/v1/leads?limit=20")).items) views[`lead ${lead.state}`] = `/leads/${lead.id}`;
    return views;
}
