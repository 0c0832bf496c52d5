import { Card } from "antd";
import type { ReactNode } from "react";

/** A part of a page under its own heading. */
export function Section({ title, extra, children }: { title: ReactNode; extra?: ReactNode; children: ReactNode }) {
    return (
        <Card size="small" title={<h2 className="h">{title}</h2>} extra={extra}>
            {children}
        </Card>
    );
}
