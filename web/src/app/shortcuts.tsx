/** What the keyboard does anywhere on the page, and the list of it. */

import { useEffect } from "react";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { Modal } from "../ui/Modal";
import { useStore } from "./store";

const mac = typeof navigator !== "undefined" && navigator.userAgent.includes("Mac");
const MOD = mac ? "⌘" : "Ctrl";

const LIST: [string[], string][] = [
  [[MOD, "Shift", "O"], t.shortcuts.newConversation],
  [[MOD, "K"], t.shortcuts.search],
  [["/"], t.shortcuts.focus],
  [["@"], t.shortcuts.mention],
  [["↑"], t.shortcuts.edit],
  [["J", "K"], t.shortcuts.citations],
  [["Esc"], t.shortcuts.close],
  [["?"], t.shortcuts.help],
];

export function useShortcuts() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { newConversation, setOpen, panel, closePanel } = useStore.getState();
      const target = event.target as HTMLElement;
      const typing = target.matches("input, textarea, select, [contenteditable]");
      const mod = event.ctrlKey || event.metaKey;
      if (mod && event.shiftKey && event.key.toLowerCase() === "o") {
        event.preventDefault();
        newConversation();
        // Also where it was on show already.
        setTimeout(() => document.getElementById("question")?.focus());
      } else if (mod && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen(matchMedia("(min-width: 1024px)").matches ? { sidebarOpen: true } : { drawerOpen: true });
        setTimeout(() => document.getElementById("conversation-search")?.focus());
      } else if (event.key === "Escape" && panel && !typing && !event.defaultPrevented) {
        closePanel();
      } else if (!typing && !mod && event.key === "/") {
        event.preventDefault();
        document.getElementById("question")?.focus();
      } else if (!typing && event.key === "?") {
        setOpen({ helpOpen: true });
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

export function ShortcutHelp() {
  const open = useStore((state) => state.helpOpen);
  const setOpen = useStore((state) => state.setOpen);
  if (!open) return null;
  const close = () => setOpen({ helpOpen: false });
  return (
    <Modal place="centre" label={t.app.shortcuts} onClose={close}>
      <div className="p-5">
        <h2 className="mb-3 text-lg font-semibold">{t.app.shortcuts}</h2>
        <dl className="flex flex-col">
          {LIST.map(([keys, what]) => (
            <div
              key={what}
              className="flex min-h-9 items-center justify-between gap-4 border-b border-line py-1.5 last:border-0"
            >
              <dt>{what}</dt>
              <dd className="flex shrink-0 gap-1">
                {keys.map((key) => (
                  <kbd key={key} className="rounded-md border border-line bg-panel px-1.5 font-sans text-xs leading-6">
                    {key}
                  </kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
        <div className="mt-4 flex justify-end">
          <Button onClick={close}>{t.app.close}</Button>
        </div>
      </div>
    </Modal>
  );
}
