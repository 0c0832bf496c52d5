// The figures as a table in the terminal and as docs/benchmarks.md.

import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** Lines of `[what, figure, goal, whether it is reached]`. */
export function sections({ one, many, journey, lists, rows, sizes, stack }) {
    return [
        { title: "One event a request", lines: duelLines(one, 0.7) },
        { title: "100 events a request", lines: duelLines(many, 0.25) },
        { title: "Journeys", lines: journeyLines(journey) },
        { title: `A page of a list, at ${lists.people} profiles and ${lists.touchpoints} touchpoints`, lines: listLines(lists) },
        { title: "Rows written and read an event", lines: rowLines(rows) },
        { title: "Footprint", lines: footprintLines(sizes, stack, one, many) },
    ];
}

function duelLines({ ours, peer, ratio, drainedRatio, lowest, highest, acknowledged }, goal) {
    return [
        ["**accepted, ours to the peer**", `**${ratio.toFixed(2)}** (${lowest.toFixed(2)}–${highest.toFixed(2)})`, `≥ ${goal}`, ratio >= goal],
        ["worked off by profile-merge, ours to the peer's accepted", drainedRatio.toFixed(2)],
        ["accepted, ours", perSecond(ours.rate)],
        ["accepted and worked off, ours", perSecond(ours.drainedRate)],
        ["accepted, the peer", perSecond(peer.rate)],
        ["latency p50 / p99, ours", `${ours.p50.toFixed(1)} / ${ours.p99.toFixed(1)} ms`],
        ["latency p50 / p99, the peer", `${peer.p50.toFixed(1)} / ${peer.p99.toFixed(1)} ms`],
        ["fastest round over slowest, ours / the peer", `+${percent(ours.spread)} / +${percent(peer.spread)}`],
        ["reconciled: acknowledged = kept = counted", `${acknowledged} events`, "all", true],
    ];
}

function journeyLines({ runs, steps, seconds, cpuSeconds, stepsPerSecond, enrolled }) {
    return [
        ["runs due at once, all moved by one tick", String(runs), "all", true],
        ["steps a second in that tick", `${Math.round(stepsPerSecond)} (${steps} in ${seconds.toFixed(1)} s)`],
        ["processor time of that tick", cpuSeconds === null ? "–" : `${cpuSeconds.toFixed(1)} s`, "≤ 30 s", cpuSeconds === null || cpuSeconds <= 30],
        ["from the first entry event to all runs waiting", `${enrolled.toFixed(1)} s`],
    ];
}

function listLines({ lists }) {
    return lists.map(({ label, median, worst, goal }) => [label, `${median.toFixed(1)} ms, at worst ${worst.toFixed(1)} ms`, `< ${goal} ms`, worst < goal]);
}

function rowLines(rows) {
    if (rows === null) return [["this build does not tell its usage (`GET /dev/usage`)", "–"]];
    return rows.map(({ label, rowsWritten, rowsRead, statements, written }) => [
        label,
        `${rowsWritten.toFixed(2)} written, ${rowsRead.toFixed(2)} read, ${statements.toFixed(2)} statements`,
        `≤ ${written} written`,
        rowsWritten <= written,
    ]);
}

function footprintLines(sizes, { peakMb }, one, many) {
    const cpu = (value) => (value === null ? "–" : `${value.toFixed(2)} ms`);
    return [
        ...sizes.map(({ name, kb }) => [`${name}, gzip -9`, `${kb.toFixed(0)} KB`, "≤ 400 KB", kb <= 400]),
        ["processor time an event, all functions and D1, alone", cpu(one.ours.cpuPerEvent), "≤ 2 ms", one.ours.cpuPerEvent === null || one.ours.cpuPerEvent <= 2],
        ["the same, 100 a request", cpu(many.ours.cpuPerEvent)],
        ["the peer, one a request / 100 a request", `${cpu(one.peer.cpuPerEvent)} / ${cpu(many.peer.cpuPerEvent)}`],
        ["most memory the process held (all functions, two databases)", peakMb === null ? "–" : `${peakMb.toFixed(0)} MB`],
    ];
}

export function terminal(sections) {
    const lines = [];
    for (const { title, lines: rows } of sections) {
        lines.push("", title);
        for (const [what, figure, goal, reached] of rows) {
            const plain = (text) => text.replaceAll("**", "").replaceAll("`", "");
            const verdict = goal === undefined ? "" : `  goal ${goal}: ${reached ? "reached" : "MISSED"}`;
            lines.push(`  ${plain(what).padEnd(62)} ${plain(figure)}${verdict}`);
        }
    }
    return `${lines.join("\n")}\n`;
}

export function markdown(sections, { command, date, shape, stalls }) {
    const { rounds, seconds, connections, people } = shape;
    const lines = [
        "# Benchmarks",
        "",
        `Written by \`${command}\` on ${date}; not edited by hand. Only ratios and counts from this one run mean`,
        "something: rates and times depend on the machine and on what else it was doing.",
        "",
        `Machine: ${machine()}. Load average while measuring: ${loadavg().map((load) => load.toFixed(1)).join(" ")}.`,
        "",
        "Ours is the release build of all functions in one workerd, driven through Miniflare: gateway, ingest,",
        "the log in D1, and the consumers at work through pokes meanwhile. The peer is a bare JavaScript Worker in",
        "the same workerd with a D1 database of its own: it parses the same body and inserts it, one row a request",
        "with `INSERT`, or 100 with `INSERT … SELECT FROM json_each`. Both write to disk before they answer.",
        `In turns, ${rounds} rounds of ${seconds} s each after a warm-up, ${connections} connections, ${people} known people; the medians of`,
        "the rounds. Between rounds everything comes to rest, and at the end the books must balance: every",
        "acknowledged event is in the log, the counters and the timeline exactly once, or the run fails.",
        `Ticks that had to stand in for a lost poke: ${stalls}.`,
    ];
    for (const { title, lines: rows } of sections) {
        lines.push("", `## ${title}`, "", "| | | goal | |", "|---|---|---|---|");
        for (const [what, figure, goal, reached] of rows) {
            const verdict = goal === undefined ? "" : reached ? "reached" : "missed";
            lines.push(`| ${what} | ${figure} | ${goal ?? ""} | ${verdict} |`);
        }
    }
    return `${lines.join("\n")}\n`;
}

/** What follows is written by commands of its own, and outlives a run of the others. */
const BESIDES = "<!-- measured by commands of their own -->";

/** That part of a report, or nothing. */
export function aside(report) {
    const at = report.indexOf(BESIDES);
    return at < 0 ? "" : `\n${report.slice(at)}`;
}

/** The report with this section in that part, in place of the one of the same title. */
export function besides(report, { title, lines, command, date }) {
    const at = report.indexOf(BESIDES);
    const [main, rest] = at < 0 ? [report, ""] : [report.slice(0, at), report.slice(at + BESIDES.length)];
    const others = rest.split(/^(?=## )/m).filter((part) => part.startsWith("## ") && !part.startsWith(`## ${title}\n`));
    const rows = lines.map(([what, figure, goal, reached]) => `| ${what} | ${figure} | ${goal ?? ""} | ${goal === undefined ? "" : reached ? "reached" : "missed"} |`);
    const said = `By \`${command}\` on ${date}. Machine: ${machine()}. Load average meanwhile: ${loadavg().map((load) => load.toFixed(1)).join(" ")}.`;
    const own = [`## ${title}`, "", said, "", "| | | goal | |", "|---|---|---|---|", ...rows, ""].join("\n");
    return [main.trimEnd(), "", BESIDES, "", ...[...others, own].map((part) => `${part.trim()}\n`)].join("\n");
}

function machine() {
    const model = cpus()[0]?.model.trim() || "unknown processor";
    return `${availableParallelism()} cores (${model}), ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

function perSecond(rate) {
    return `${Math.round(rate)} events/s`;
}

function percent(part) {
    return `${Math.round(part * 100)} %`;
}
