import { expect, it } from "vitest";
import { bodyOf, type Manifest } from "./data";

const field = (name: string) => ({ name, required: true, choices: [], label: { zh: name, en: name } });
const manifest = { secrets: [field("token"), field("key")], settings: [field("app_id")] } as unknown as Manifest;

it("sends only what was typed, so that secrets that stay are not emptied", () => {
    const body = bodyOf(manifest, {
        "secret.token": " t ",
        "secret.key": "",
        "setting.app_id": "wx1",
        owner: undefined,
    });
    expect(body).toEqual({ secrets: { token: "t" }, settings: { app_id: "wx1" }, owner: "", label: "" });
});
