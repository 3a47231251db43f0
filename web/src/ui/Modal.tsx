/** The platform's own dialog: focus trap, Escape and the inert page behind it come with it. */

import { type ReactNode, useLayoutEffect, useRef } from "react";
import { classes } from "./classes";

const PLACES = {
  centre: "m-auto w-[min(28rem,calc(100vw-2rem))] rounded-2xl border border-line animate-appear",
  drawer: "m-0 h-dvh max-h-none w-[min(86vw,20rem)] max-w-none animate-drawer",
  sheet: "mx-0 mb-0 mt-auto h-[78dvh] max-h-none w-screen max-w-none rounded-t-2xl border-t border-line animate-sheet",
  side: "my-0 ml-auto mr-0 h-dvh max-h-none w-[26rem] max-w-[92vw] border-l border-line animate-aside",
};

export function Modal({
  place,
  label,
  onClose,
  children,
}: {
  place: keyof typeof PLACES;
  label: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the next frame: what has the focus afterwards is then for the one to say who closed it.
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself; the click is on what lies behind it
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className={classes("overflow-hidden bg-bg p-0 text-ink shadow-2xl", PLACES[place])}
    >
      {children}
    </dialog>
  );
}
