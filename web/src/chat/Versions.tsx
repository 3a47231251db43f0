/** The switch between a message and its siblings: `2 / 3`. */

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { Message } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { IconButton } from "../ui/Button";

export function Versions({ message, disabled }: { message: Message; disabled: boolean }) {
  const switchVersion = useStore((state) => state.switchVersion);
  const { siblings } = message;
  const index = siblings.indexOf(message.id);
  if (siblings.length < 2 || index < 0) return null;
  const to = (step: number) => {
    const target = siblings[index + step];
    if (target) void switchVersion(target);
  };
  return (
    <div role="group" aria-label={t.thread.versions} className="flex items-center text-sm text-muted tabular-nums">
      <IconButton
        icon={ChevronLeft}
        size={16}
        label={t.thread.previous}
        className="size-8"
        disabled={disabled || index === 0}
        onClick={() => to(-1)}
      />
      <span>{t.thread.version(index + 1, siblings.length)}</span>
      <IconButton
        icon={ChevronRight}
        size={16}
        label={t.thread.next}
        className="size-8"
        disabled={disabled || index === siblings.length - 1}
        onClick={() => to(1)}
      />
    </div>
  );
}
