// The first one who may sign in here, and a link that does it without mail.

export const FIRST = { id: "admin", name: "Admin", email: "admin@example.com", role: "admin" };

/** Makes the first administrator where there is nobody yet; returns a link that signs in. */
export async function signInLink({ url, tokens }, email = FIRST.email) {
    const call = async (method, path, body) => {
        const response = await fetch(`${url}${path}`, {
            method,
            headers: { authorization: `Bearer ${tokens.admin}`, "content-type": "application/json" },
            body: body && JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        return response.json();
    };
    const { items } = await call("GET", "/api/v1/users");
    if (items.length === 0) {
        const { id, ...user } = FIRST;
        await call("PUT", `/api/v1/users/${id}`, user);
    }
    const { link } = await call("POST", "/dev/sign-in-link", { email });
    return link;
}
