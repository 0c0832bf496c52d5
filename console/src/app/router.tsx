import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const signIn = createRoute({
    getParentRoute: () => root,
    path: "/sign-in",
    component: lazyRouteComponent(() => import("../features/session/SignInPage"), "SignInPage"),
});
const home = createRoute({
    getParentRoute: () => shell,
    path: "/",
    component: lazyRouteComponent(() => import("../features/profiles/ProfilesPage"), "ProfilesPage"),
});
const profile = createRoute({
    getParentRoute: () => shell,
    path: "/profiles/$id",
    component: lazyRouteComponent(() => import("../features/profiles/ProfilePage"), "ProfilePage"),
});
const messages = createRoute({
    getParentRoute: () => shell,
    path: "/messages",
    component: lazyRouteComponent(() => import("../features/messages/MessagesPage"), "MessagesPage"),
});
const message = createRoute({
    getParentRoute: () => shell,
    path: "/messages/$id",
    component: lazyRouteComponent(() => import("../features/messages/MessagePage"), "MessagePage"),
});
const channels = createRoute({
    getParentRoute: () => shell,
    path: "/channels",
    component: lazyRouteComponent(() => import("../features/channels/ChannelsPage"), "ChannelsPage"),
});
const endpoint = createRoute({
    getParentRoute: () => shell,
    path: "/channels/$channel/$id",
    component: lazyRouteComponent(() => import("../features/channels/EndpointPage"), "EndpointPage"),
});

const leads = createRoute({
    getParentRoute: () => shell,
    path: "/leads",
    component: lazyRouteComponent(() => import("../features/leads/LeadsPage"), "LeadsPage"),
});
const lead = createRoute({
    getParentRoute: () => shell,
    path: "/leads/$id",
    component: lazyRouteComponent(() => import("../features/leads/LeadPage"), "LeadPage"),
});
const tasks = createRoute({
    getParentRoute: () => shell,
    path: "/tasks",
    component: lazyRouteComponent(() => import("../features/tasks/TasksPage"), "TasksPage"),
});
const journeys = createRoute({
    getParentRoute: () => shell,
    path: "/journeys",
    component: lazyRouteComponent(() => import("../features/journeys/JourneysPage"), "JourneysPage"),
});
const journey = createRoute({
    getParentRoute: () => shell,
    path: "/journeys/$id",
    component: lazyRouteComponent(() => import("../features/journeys/JourneyPage"), "JourneyPage"),
});
const inventory = createRoute({
    getParentRoute: () => shell,
    path: "/inventory",
    component: lazyRouteComponent(() => import("../features/touchpoints/InventoryPage"), "InventoryPage"),
});
const touchpoints = createRoute({
    getParentRoute: () => shell,
    path: "/touchpoints",
    validateSearch: ({ channel, endpoint, name }: Record<string, unknown>) => {
        const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
        return { channel: text(channel), endpoint: text(endpoint), name: text(name) };
    },
    component: lazyRouteComponent(() => import("../features/touchpoints/TouchpointsPage"), "TouchpointsPage"),
});
const touchpoint = createRoute({
    getParentRoute: () => shell,
    path: "/touchpoints/$id",
    component: lazyRouteComponent(() => import("../features/touchpoints/TouchpointPage"), "TouchpointPage"),
});
const deadLetters = createRoute({
    getParentRoute: () => shell,
    path: "/dead-letters",
    component: lazyRouteComponent(() => import("../features/deadletters/DeadLettersPage"), "DeadLettersPage"),
});
const quarantine = createRoute({
    getParentRoute: () => shell,
    path: "/quarantine",
    validateSearch: ({ channel, endpoint }: Record<string, unknown>) => {
        const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
        return { channel: text(channel), endpoint: text(endpoint) };
    },
    component: lazyRouteComponent(() => import("../features/quarantine/QuarantinePage"), "QuarantinePage"),
});
const doors = createRoute({
    getParentRoute: () => shell,
    path: "/doors",
    component: lazyRouteComponent(() => import("../features/doors/DoorsPage"), "DoorsPage"),
});
const system = createRoute({
    getParentRoute: () => shell,
    path: "/system",
    component: lazyRouteComponent(() => import("../features/system/SystemPage"), "SystemPage"),
});
const staff = createRoute({
    getParentRoute: () => shell,
    path: "/staff",
    component: lazyRouteComponent(() => import("../features/staff/StaffPage"), "StaffPage"),
});
const apiKeys = createRoute({
    getParentRoute: () => shell,
    path: "/api-keys",
    component: lazyRouteComponent(() => import("../features/apikeys/ApiKeysPage"), "ApiKeysPage"),
});
const audit = createRoute({
    getParentRoute: () => shell,
    path: "/audit",
    component: lazyRouteComponent(() => import("../features/audit/AuditPage"), "AuditPage"),
});
const setup = createRoute({
    getParentRoute: () => shell,
    path: "/setup",
    component: lazyRouteComponent(() => import("../features/setup/SetupPage"), "SetupPage"),
});

export const router = createRouter({
    routeTree: root.addChildren([
        signIn,
        shell.addChildren([
            home,
            profile,
            leads,
            lead,
            tasks,
            journeys,
            journey,
            messages,
            message,
            channels,
            endpoint,
            inventory,
            touchpoints,
            touchpoint,
            quarantine,
            doors,
            deadLetters,
            system,
            staff,
            apiKeys,
            audit,
            setup,
        ]),
    ]),
    defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
    interface Register {
        router: typeof router;
    }
}
