/** Other tabs of the same page: each tells the others what changed. */

export interface Change {
  conversationId?: string;
  sources?: boolean;
}

const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("quoth");

export function tellOtherTabs(change: Change): void {
  channel?.postMessage(change);
}

export function onChangeElsewhere(listener: (change: Change) => void): () => void {
  const handle = (event: MessageEvent<Change>) => listener(event.data);
  channel?.addEventListener("message", handle);
  return () => channel?.removeEventListener("message", handle);
}
