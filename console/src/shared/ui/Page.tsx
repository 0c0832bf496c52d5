import { App, Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";

/** A page: its one heading, which is the document's title too, and what may be done with it. */
export function Page({ title, extra, children }: { title: string; extra?: ReactNode; children: ReactNode }) {
    useEffect(() => {
        document.title = `${title} · Tributary`;
    }, [title]);
    // Messages and notifications live here and not around everything: they are not needed to begin.
    return (
        <App component={false}>
            <Flex vertical gap={16}>
                <Flex wrap gap={12} justify="space-between" align="center">
                    <Typography.Title level={1} style={{ fontSize: 24, margin: 0, overflowWrap: "anywhere" }}>
                        {title}
                    </Typography.Title>
                    {extra}
                </Flex>
                {children}
            </Flex>
        </App>
    );
}
