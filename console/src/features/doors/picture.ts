// A drawn code as a file: for the printer, or for a page.

/** Large enough for a stand; a printer's own enlargement would blur the edges. */
const PNG_PIXELS = 1024;

/** The drawing alone, with a size of its own and nothing of the page's styles. */
export function svgOf(svg: SVGElement, pixels = PNG_PIXELS): Blob {
    const copy = svg.cloneNode(true) as SVGElement;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", String(pixels));
    copy.setAttribute("height", String(pixels));
    copy.removeAttribute("style");
    copy.removeAttribute("class");
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
}

export async function pngOf(svg: SVGElement): Promise<Blob> {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(await svgOf(svg).text())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = PNG_PIXELS;
    canvas.height = PNG_PIXELS;
    canvas.getContext("2d")?.drawImage(image, 0, 0, PNG_PIXELS, PNG_PIXELS);
    return new Promise((resolve, reject) =>
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
    );
}

export function save(name: string, file: Blob): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
