// A word about what was done, at the edge of the page, with a way back where there is one.
import { Button } from "antd";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

interface Toast {
    id: number;
    text: string;
    action?: { label: string; run: () => void };
}

const SHOWN_MS = 4_000;
let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
    toasts = next;
    for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
}

const close = (id: number): void => set(toasts.filter((toast) => toast.id !== id));

/** Says that something was done. With a way back it stays until it is closed or taken back. */
export function toast(text: string, action?: Toast["action"]): void {
    last += 1;
    const id = last;
    set([...toasts, { id, text, action }]);
    if (!action) setTimeout(() => close(id), SHOWN_MS);
}

/** Where they appear: once, around every page. */
export function Toasts() {
    const { t } = useTranslation("shared");
    const shown = useSyncExternalStore(subscribe, () => toasts);
    return (
        <div className="toasts" role="status" aria-live="polite">
            {shown.map(({ id, text, action }) => (
                <div key={id} className="toast">
                    <span>{text}</span>
                    {action && (
                        <Button
                            size="small"
                            onClick={() => {
                                close(id);
                                action.run();
                            }}
                        >
                            {action.label}
                        </Button>
                    )}
                    {action && (
                        <Button size="small" type="text" aria-label={t("close")} onClick={() => close(id)}>
                            ×
                        </Button>
                    )}
                </div>
            ))}
        </div>
    );
}
