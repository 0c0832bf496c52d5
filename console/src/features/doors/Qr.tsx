import { Button, Flex, QRCode } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { pngOf, save, svgOf } from "./picture";

/** Modules of white around a code: less, and cameras do not find it. */
const QUIET = 4;

/** A code to scan, black on white whatever the theme: light on dark is not read by most cameras. */
export function Qr({ id, url }: { id: string; url: string }) {
    const { t } = useTranslation("doors");
    const frame = useRef<HTMLSpanElement>(null);
    const drawn = () => frame.current?.querySelector("svg") ?? undefined;
    const saveSvg = () => {
        const svg = drawn();
        if (svg) save(`${id}.svg`, svgOf(svg));
    };
    const savePng = async () => {
        const svg = drawn();
        if (svg) save(`${id}.png`, await pngOf(svg));
    };
    return (
        <Flex vertical gap={6} align="center">
            {/* The address stands beside it in words. */}
            <span aria-hidden ref={frame} className="qr">
                <QRCode
                    type="svg"
                    value={url}
                    size={148}
                    color="#000000"
                    bgColor="#ffffff"
                    marginSize={QUIET}
                    bordered={false}
                />
            </span>
            <Flex gap={4}>
                <Button size="small" aria-label={t("downloadPng", { id })} onClick={() => void savePng()}>
                    PNG
                </Button>
                <Button size="small" aria-label={t("downloadSvg", { id })} onClick={saveSvg}>
                    SVG
                </Button>
            </Flex>
        </Flex>
    );
}
