import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./app/router";
import "./app/styles.css";
import { ThemeProvider } from "./app/theme";
import { Problem } from "./shared/api/client";
import { begin } from "./shared/i18n";

const queries = new QueryClient({
    defaultOptions: {
        queries: {
            staleTime: 5_000,
            // What was refused will be refused again.
            retry: (count, error) =>
                count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
        },
    },
});

const root = document.getElementById("root");

void begin().then(() => {
    if (!root) return;
    createRoot(root).render(
        <StrictMode>
            <QueryClientProvider client={queries}>
                <ThemeProvider>
                    <RouterProvider router={router} />
                </ThemeProvider>
            </QueryClientProvider>
        </StrictMode>,
    );
});
