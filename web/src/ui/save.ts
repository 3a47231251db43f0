/** Handing a download to the browser. By fetch and not by a link, so that a token goes with it. */

export function saveAs(content: Blob, response: Response | undefined, fallback: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = nameIn(response?.headers.get("Content-Disposition") ?? "") ?? fallback;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function nameIn(disposition: string): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return /filename="([^"]+)"/i.exec(disposition)?.[1];
}
