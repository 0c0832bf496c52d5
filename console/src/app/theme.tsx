import { ConfigProvider, theme } from "antd";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { componentTexts } from "../shared/i18n";

const KEPT = "tributary.theme";
/** Text colours that can be read on a card, by day and by night. */
const TONES: Record<string, [string, string]> = {
    "--good": ["#237804", "#95de64"],
    "--bad": ["#a8071a", "#ff9c9e"],
    "--warn": ["#873800", "#ffc069"],
};

const Toggle = createContext<{ dark: boolean; toggle: () => void }>({ dark: false, toggle: () => undefined });

export const useTheme = () => useContext(Toggle);

/** What the system asks for, now and when it changes its mind. */
function useMedia(query: string): boolean {
    const [matches, setMatches] = useState(() => matchMedia(query).matches);
    useEffect(() => {
        const list = matchMedia(query);
        const changed = () => setMatches(list.matches);
        changed();
        list.addEventListener("change", changed);
        return () => list.removeEventListener("change", changed);
    }, [query]);
    return matches;
}

/** Light or dark: as the system has it, until somebody chooses. */
export function ThemeProvider({ children }: { children: ReactNode }) {
    // Draws again in the other language.
    useTranslation();
    const still = useMedia("(prefers-reduced-motion: reduce)");
    const night = useMedia("(prefers-color-scheme: dark)");
    const [chosen, choose] = useState(() => localStorage.getItem(KEPT));
    const dark = chosen ? chosen === "dark" : night;
    const value = useMemo(() => {
        const toggle = () => {
            const other = dark ? "light" : "dark";
            localStorage.setItem(KEPT, other);
            choose(other);
        };
        return { dark, toggle };
    }, [dark]);
    useEffect(() => {
        const root = document.documentElement;
        root.style.colorScheme = dark ? "dark" : "light";
        root.style.setProperty("--line", dark ? "#424242" : "#d9d9d9");
        root.style.setProperty("--card", dark ? "#141414" : "#ffffff");
        for (const [name, [byDay, byNight]] of Object.entries(TONES)) {
            root.style.setProperty(name, dark ? byNight : byDay);
        }
        root.style.setProperty("--mark", dark ? "#69b1ff" : "#0958d9");
        root.style.setProperty("--hover", dark ? "#1f1f1f" : "#f0f0f0");
        root.style.setProperty("--chosen", dark ? "#111a2c" : "#e6f4ff");
        document.body.style.background = dark ? "#000000" : "#f5f5f5";
    }, [dark]);
    return (
        <Toggle.Provider value={value}>
            <ConfigProvider
                locale={componentTexts()}
                button={{ autoInsertSpace: false }}
                theme={{
                    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
                    components: dark
                        ? {
                              Tabs: { itemSelectedColor: "#69b1ff", itemHoverColor: "#91caff" },
                              Button: { colorError: "#ff9c9e" },
                          }
                        : { Button: { colorError: "#a8071a" } },
                    // Secondary text, placeholders and links of the default theme miss WCAG AA by a little.
                    token: {
                        motion: !still,
                        ...(dark
                            ? {
                                  colorLink: "#69b1ff",
                                  colorTextDescription: "#a6a6a6",
                                  colorTextSecondary: "#bfbfbf",
                                  colorTextPlaceholder: "#a6a6a6",
                              }
                            : {
                                  colorPrimary: "#0958d9",
                                  colorLink: "#0958d9",
                                  colorTextDescription: "#595959",
                                  colorTextSecondary: "#595959",
                                  colorTextPlaceholder: "#595959",
                              }),
                    },
                }}
            >
                {children}
            </ConfigProvider>
        </Toggle.Provider>
    );
}
