/** From where the reader came into the panel, to lead back there. */

let origin: HTMLElement | null = null;

export function comeFrom(element: HTMLElement | null): void {
  origin = element;
}

export function goBack(): void {
  const element = origin;
  origin = null;
  requestAnimationFrame(() => element?.isConnected && element.focus());
}
