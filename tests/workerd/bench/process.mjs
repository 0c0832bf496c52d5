// What the workerd process has used. Where there is no /proc, nothing is known.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** The kernel's unit of processor time on every Linux that Node runs on. */
const TICK_MS = 10;

/** The workerd that this process started last. */
export async function workerdPid() {
    try {
        const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, "utf8");
        for (const pid of children.trim().split(" ").map(Number).reverse()) {
            const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
            if (command.split("\0")[0].endsWith("workerd")) return pid;
        }
    } catch {
        // Not Linux.
    }
    return null;
}

/** User and system time since the process began, in steps of 10 ms. */
export function cpuMs(pid) {
    if (pid === null) return null;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before it may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The memory it holds now, in MB. */
export function residentMb(pid) {
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line ? Number(line[1]) / 1024 : 0;
}

/** The most memory it ever held, in MB. */
export function peakMb(pid) {
    if (pid === null) return null;
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line ? Number(line[1]) / 1024 : null;
}
