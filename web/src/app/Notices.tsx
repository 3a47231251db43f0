/** What has just happened, at the edge, for a few seconds. */

import { X } from "lucide-react";
import { t } from "../strings";
import { IconButton } from "../ui/Button";
import { useStore } from "./store";

export function Notices() {
  const notices = useStore((state) => state.notices);
  const dismiss = useStore((state) => state.dismissNotice);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-24 z-50 flex flex-col items-center gap-2 px-4"
    >
      {notices.map((notice) => (
        <div
          key={notice.id}
          className="pointer-events-auto flex max-w-full animate-appear items-center gap-2 rounded-xl bg-ink py-1 pr-1.5 pl-4 text-sm text-bg shadow-xl"
        >
          <span className="min-w-0 py-1.5 wrap-anywhere">{notice.text}</span>
          {notice.undo && (
            <button
              type="button"
              className="min-h-9 rounded-lg px-3 font-semibold underline underline-offset-4 hover:bg-bg/15 touch:min-h-11"
              onClick={() => {
                notice.undo?.();
                dismiss(notice.id);
              }}
            >
              {t.app.undo}
            </button>
          )}
          <IconButton
            icon={X}
            size={15}
            label={t.app.dismiss}
            className="!text-bg hover:!bg-bg/15"
            onClick={() => dismiss(notice.id)}
          />
        </div>
      ))}
    </div>
  );
}
