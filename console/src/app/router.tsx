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

export const router = createRouter({
    routeTree: root.addChildren([signIn, shell.addChildren([home, profile, messages, message, channels, endpoint])]),
    defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
    interface Register {
        router: typeof router;
    }
}
