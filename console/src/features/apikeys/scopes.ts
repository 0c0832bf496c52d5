export type Choice = "none" | "view" | "edit";

/** What was ticked as scopes; `edit` allows to view too. */
export function scopesOf(rights: Record<string, Choice>, personal: boolean): string[] {
    const scopes = Object.entries(rights)
        .filter(([, choice]) => choice !== "none")
        .map(([object, choice]) => `${object}:${choice}`);
    return personal ? [...scopes, "personal_data:view"] : scopes;
}
