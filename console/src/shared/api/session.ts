import { useQuery } from "@tanstack/react-query";
import { setClock, setTimeZone } from "../lib/clock";
import { api, answer, setCsrf, type Schemas } from "./client";

export type Session = Schemas["Session"];

export const SESSION_KEY = ["session"] as const;

async function load(): Promise<Session> {
    const session = await answer(api.GET("/api/v1/session"));
    setCsrf(session.csrf);
    setClock(session.now);
    setTimeZone(session.time_zone);
    return session;
}

export function useSession() {
    return useQuery({ queryKey: SESSION_KEY, queryFn: load, retry: false, staleTime: 60_000 });
}

/** Whether the signed-in person may; the API has the last word. */
export function useMay(permission: string): boolean {
    return useSession().data?.permissions.includes(permission) ?? false;
}
