// The minute: calls scheduled() on every worker that has a cron, as the platform does.

const MINUTE_MS = 60_000;

/** Starts ticking at each full minute; returns a function that stops it. */
export function startCron(suite, workers) {
    let timer;
    let stopped = false;
    const next = () => {
        timer = setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS));
    };
    const tick = async () => {
        const scheduledTime = new Date();
        await Promise.allSettled(workers.map(async ({ name, cron }) => {
            try {
                await suite.scheduled(name, { cron, scheduledTime });
            } catch (error) {
                if (!stopped) console.error(`the tick of ${name} failed: ${error.message}`);
            }
        }));
        if (!stopped) next();
    };
    next();
    return () => {
        stopped = true;
        clearTimeout(timer);
    };
}
