
// The Worker's entry. A panic in Rust traps: the instance is lost, and with it every request that
// it was answering. They are answered here, and the next request finds a fresh instance.

Error.stackTraceLimit = 50;

const LOST = Symbol("lost");
const underWay = new Set();

function restart() {
    __wbg_reset_state();
    for (const lose of underWay) lose(LOST);
    underWay.clear();
}

async function orLost(work) {
    let lose;
    const lost = new Promise((resolve) => { lose = resolve; });
    underWay.add(lose);
    try {
        return await Promise.race([work(), lost]);
    } catch (error) {
        if (error instanceof WebAssembly.RuntimeError) return LOST;
        throw error;
    } finally {
        underWay.delete(lose);
    }
}

const entry = {
    async fetch(request, env, context) {
        const response = await orLost(() => fetch(request, env, context));
        if (response !== LOST) return response;
        const problem = {
            type: "urn:tributary:problem:internal", title: "Internal error", status: 500, code: "internal",
        };
        return new Response(JSON.stringify(problem), {
            status: 500, headers: { "content-type": "application/problem+json" },
        });
    },
};

// A drain that panics takes a smaller bite the next time. Nobody repeats a tick, so it is repeated
// here: within this minute the one bad touchpoint is found, not within as many as it takes halves.
const TICK_TRIES = 12;

if (typeof scheduled === "function") {
    entry.scheduled = async (event, env, context) => {
        for (let tries = 0; tries < TICK_TRIES; tries += 1) {
            if (await orLost(() => scheduled(event, env, context)) !== LOST) return;
        }
        throw new Error("the tick panicked again and again");
    };
}

export default entry;
