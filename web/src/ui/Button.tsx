/** Buttons: with words, or with an icon and a name. */

import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { classes } from "./classes";

type Attributes = ButtonHTMLAttributes<HTMLButtonElement> & { ref?: Ref<HTMLButtonElement> };

const LOOKS = {
  primary: "bg-accent text-on-accent hover:opacity-90",
  plain: "border border-line bg-raised text-ink hover:bg-panel",
  quiet: "text-muted hover:bg-line/50 hover:text-ink",
  danger: "text-danger hover:bg-danger-soft",
};

export function Button({
  look = "plain",
  icon: Icon,
  className,
  children,
  ...rest
}: Attributes & { look?: keyof typeof LOOKS; icon?: LucideIcon }) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(
        "inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition-colors duration-100 touch:min-h-11 disabled:opacity-50",
        LOOKS[look],
        className,
      )}
    >
      {Icon && <Icon aria-hidden size={16} strokeWidth={2} />}
      {children}
    </button>
  );
}

export function IconButton({
  icon: Icon,
  label,
  className,
  size = 18,
  ...rest
}: Attributes & { icon: LucideIcon; label: string; size?: number }) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...rest}
      className={classes(
        "inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-muted transition-colors duration-100 hover:bg-line/50 hover:text-ink touch:size-11 disabled:opacity-40",
        className,
      )}
    >
      <Icon aria-hidden size={size} strokeWidth={1.9} />
    </button>
  );
}
