import { Flex, Typography } from "antd";
import { useEffect, type ReactNode } from "react";

interface Props {
    /** A page: its one heading, which is the document's title too. */
    title: string;
    /** What stands in the heading where it is more than words. */
    heading?: ReactNode;
    /** What may be done with the page. */
    extra?: ReactNode;
    children: ReactNode;
}

export function Page({ title, heading, extra, children }: Props) {
    useEffect(() => {
        document.title = `${title} · Tributary`;
    }, [title]);
    return (
        <Flex vertical gap={16}>
            <Flex wrap gap={12} justify="space-between" align="center">
                <Typography.Title level={1} style={{ fontSize: 24, margin: 0, overflowWrap: "anywhere" }}>
                    {heading ?? title}
                </Typography.Title>
                {extra}
            </Flex>
            {children}
        </Flex>
    );
}
