/** What stands in a place that is empty, still loading, or failed: always with one way on. */

import { CircleAlert, type LucideIcon } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Failure } from "../api/failure";
import { t } from "../strings";
import { Button } from "./Button";
import { classes } from "./classes";

export function Skeleton({ className }: { className?: string }) {
  return <div className={classes("animate-breathe rounded-md bg-line/70", className)} />;
}

export function Loading({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div role="status" aria-label={t.app.loading} className={className}>
      {children}
    </div>
  );
}

export function Empty({ icon: Icon, text, children }: { icon?: LucideIcon; text: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-10 text-center text-muted">
      {Icon && <Icon aria-hidden size={22} strokeWidth={1.6} />}
      <p>{text}</p>
      {children}
    </div>
  );
}

export function FailureNote({
  failure,
  title,
  action = t.app.retry,
  onAction,
}: {
  failure: Failure;
  title?: string;
  action?: string;
  onAction?: () => void;
}) {
  const wait = useCountdown(failure.retryAfter);
  return (
    <div role="alert" className="rounded-xl border border-danger/30 bg-danger-soft px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="flex min-w-0 flex-1 basis-52 items-start gap-2.5">
          <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0 text-danger" />
          <span className="wrap-anywhere">
            {title && <strong className="font-semibold">{title} </strong>}
            {failure.text}
          </span>
        </p>
        {onAction && (
          <Button onClick={onAction} disabled={wait > 0}>
            {wait > 0 ? t.composer.retryIn(wait) : action}
          </Button>
        )}
      </div>
      {failure.details && (
        <details className="mt-2 text-muted">
          <summary>{t.app.details}</summary>
          <pre className="mt-1 text-xs whitespace-pre-wrap wrap-anywhere">{failure.details}</pre>
        </details>
      )}
    </div>
  );
}

function useCountdown(seconds = 0): number {
  const [left, setLeft] = useState(Math.ceil(seconds));
  useEffect(() => {
    setLeft(Math.ceil(seconds));
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
