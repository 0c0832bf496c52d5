import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// During development the suite answers what is not the console's: `cargo xtask dev` beside
// `npx vite`. The browser's origin must be the suite's own, or changes are refused.
const suite = process.env.SUITE ?? "http://127.0.0.1:8787";
const doors = ["/api", "/auth", "/dev", "/in", "/v1"];

export default defineConfig({
    plugins: [react()],
    build: {
        manifest: true,
        target: "es2022",
        chunkSizeWarningLimit: 600,
    },
    server: {
        proxy: Object.fromEntries(
            doors.map((door) => [door, { target: suite, changeOrigin: true, headers: { origin: suite } }]),
        ),
    },
    test: { include: ["src/**/*.test.ts"] },
});
