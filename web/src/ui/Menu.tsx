/** A menu behind a button, as the ARIA guide has it: arrow keys, Home and End, Escape gives the focus back. */

import type { LucideIcon } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { IconButton } from "./Button";
import { classes } from "./classes";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  danger?: boolean;
  checked?: boolean;
  onSelect: () => void;
}

const WIDTH = 224;

export function Menu({
  label,
  icon,
  items,
  className,
}: {
  label: string;
  icon: LucideIcon;
  items: MenuItem[];
  className?: string;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ top: number; left: number } | null>(null);

  const open = () => {
    const box = button.current?.getBoundingClientRect();
    if (!box) return;
    const height = items.length * 40 + 12;
    const below = box.bottom + 4 + height < innerHeight;
    setPlace({
      top: below ? box.bottom + 4 : Math.max(8, box.top - height - 4),
      left: Math.max(8, Math.min(box.right - WIDTH, innerWidth - WIDTH - 8)),
    });
  };
  const close = (focus = true) => {
    setPlace(null);
    if (focus) button.current?.focus();
  };

  useEffect(() => {
    if (!place) return;
    list.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
    const outside = (event: PointerEvent) => {
      if (!list.current?.contains(event.target as Node)) setPlace(null);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [place]);

  const onKeyDown = (event: KeyboardEvent) => {
    const entries = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (to !== undefined) {
      event.preventDefault();
      entries.at(to % entries.length)?.focus();
    }
  };

  // In the landmark of its button; and inside an open dialog, for the rest of the page is inert.
  const host = button.current?.closest("dialog, nav, main") ?? document.body;
  return (
    <>
      <IconButton
        ref={button}
        icon={icon}
        label={label}
        className={className}
        aria-haspopup="menu"
        aria-expanded={place !== null}
        aria-controls={place ? id : undefined}
        onClick={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (place) close();
          else open();
        }}
      />
      {place &&
        createPortal(
          <div
            ref={list}
            id={id}
            role="menu"
            aria-label={label}
            tabIndex={-1}
            onKeyDown={onKeyDown}
            style={{ top: place.top, left: place.left, width: WIDTH }}
            className="fixed z-50 animate-appear rounded-xl border border-line bg-raised p-1.5 shadow-xl"
          >
            {items.map((item) => (
              // biome-ignore lint/a11y/useAriaPropsSupportedByRole: checked only where it is a menuitemradio
              <button
                key={item.label}
                type="button"
                role={item.checked === undefined ? "menuitem" : "menuitemradio"}
                aria-checked={item.checked}
                tabIndex={-1}
                onClick={(event) => {
                  event.stopPropagation();
                  close();
                  item.onSelect();
                }}
                className={classes(
                  "flex min-h-10 w-full items-center gap-2.5 rounded-lg px-2.5 text-left text-sm hover:bg-panel focus-visible:bg-panel",
                  item.danger && "text-danger",
                  item.checked && "font-medium text-accent",
                )}
              >
                {item.icon && <item.icon aria-hidden size={16} />}
                {item.label}
              </button>
            ))}
          </div>,
          host,
        )}
    </>
  );
}
