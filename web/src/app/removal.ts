/** Deleting with time to think again: the request goes out when the notice does, or when the page is left. */

const waiting = new Map<string, { timer: ReturnType<typeof setTimeout>; remove: (keepalive: boolean) => void }>();

export const UNDO_MILLISECONDS = 6000;

export function removeLater(id: string, remove: (keepalive: boolean) => void, milliseconds = UNDO_MILLISECONDS): void {
  const run = () => {
    waiting.delete(id);
    remove(false);
  };
  waiting.set(id, { timer: setTimeout(run, milliseconds), remove });
}

/** True where it was still time. */
export function keepAfterAll(id: string): boolean {
  const entry = waiting.get(id);
  if (!entry) return false;
  clearTimeout(entry.timer);
  return waiting.delete(id);
}

export function isBeingRemoved(id: string): boolean {
  return waiting.has(id);
}

export function removeAtOnce(): void {
  for (const [id, entry] of waiting) {
    clearTimeout(entry.timer);
    waiting.delete(id);
    entry.remove(true);
  }
}

if (typeof window !== "undefined") window.addEventListener("pagehide", removeAtOnce);
