/** The conversation on show: its turns, and where the reader is among them. */

import { ArrowDown } from "lucide-react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Message } from "../api";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { Loading, Skeleton } from "../ui/states";
import { AnswerMessage } from "./AnswerMessage";
import { rowKey } from "./run";
import { UserMessage } from "./UserMessage";

const WINDOW = 40;
const NEAR = 80;

export function Thread() {
  const messages = useStore((state) => state.messages);
  const isLoading = useStore((state) => state.isLoading);
  const currentId = useStore((state) => state.currentId);
  const scroller = useRef<HTMLDivElement>(null);
  const { shown, showEarlier } = useWindow(messages, scroller);
  const { atEnd, toEnd } = usePlace(messages, scroller);
  const asked = useStore((state) => state.asked);
  const turns = turnsOf(messages.slice(-shown));
  const lastIsNew = turns.at(-1)?.[0]?.id === asked;

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        className="h-full [container-type:size] overflow-y-auto overscroll-contain [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
      >
        <div className="mx-auto max-w-[46rem] px-4 pt-6 pb-8 sm:px-6">
          {isLoading && messages.length === 0 && <ThreadSkeleton />}
          {shown < messages.length && (
            <div className="pb-6 text-center">
              <Button look="quiet" onClick={showEarlier}>
                {t.thread.earlier}
              </Button>
            </div>
          )}
          <ol aria-label={t.thread.label} key={currentId ?? "new"} className="flex flex-col gap-7">
            {turns.map((turn, index) => {
              const isLast = index === turns.length - 1;
              return (
                <li
                  key={rowKey(turn[0]?.id ?? "")}
                  data-turn
                  className="flex scroll-mt-6 flex-col gap-5"
                  style={isLast && lastIsNew ? { minHeight: "calc(100cqh - 56px)" } : undefined}
                >
                  {turn.map((message) =>
                    message.role === "user" ? (
                      <UserMessage key={rowKey(message.id)} message={message} />
                    ) : (
                      <AnswerMessage key={rowKey(message.id)} message={message} isLast={isLast} />
                    ),
                  )}
                </li>
              );
            })}
          </ol>
        </div>
      </div>
      {!atEnd && (
        <button
          type="button"
          onClick={toEnd}
          className="absolute bottom-3 left-1/2 flex min-h-9 -translate-x-1/2 animate-appear items-center gap-1.5 rounded-full border border-line bg-raised px-3.5 text-sm shadow-md hover:bg-panel touch:min-h-11"
        >
          <ArrowDown aria-hidden size={15} />
          {t.thread.latest}
        </button>
      )}
    </div>
  );
}

/** A question with what answers it. */
function turnsOf(messages: Message[]): Message[][] {
  const turns: Message[][] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === "user" || !last) turns.push([message]);
    else last.push(message);
  }
  return turns;
}

/** Of a long conversation only the end is made; more comes as the reader goes up, with nothing moving. */
function useWindow(messages: Message[], scroller: RefObject<HTMLDivElement | null>) {
  const currentId = useStore((state) => state.currentId);
  const [shown, setShown] = useState(WINDOW);
  const fromEnd = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins with a small window again
  useEffect(() => setShown(WINDOW), [currentId]);
  const showEarlier = useCallback(() => {
    const view = scroller.current;
    if (view) fromEnd.current = view.scrollHeight - view.scrollTop;
    setShown((now) => now + WINDOW);
  }, [scroller]);
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view || fromEnd.current === null || shown === WINDOW) return;
    view.scrollTop = view.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [shown, scroller]);
  useEffect(() => {
    const view = scroller.current;
    if (!view || shown >= messages.length) return;
    const look = () => view.scrollTop < 200 && showEarlier();
    view.addEventListener("scroll", look, { passive: true });
    return () => view.removeEventListener("scroll", look);
  }, [shown, messages.length, showEarlier, scroller]);
  return { shown, showEarlier };
}

/** A new question goes to the top of the view and its answer grows below it; nothing else ever scrolls by itself. */
function usePlace(messages: Message[], scroller: RefObject<HTMLDivElement | null>) {
  const asked = useStore((state) => state.asked);
  const currentId = useStore((state) => state.currentId);
  const [atEnd, setAtEnd] = useState(true);
  const placed = useRef<string | null>(null);

  const look = useCallback(() => {
    const view = scroller.current;
    if (view) setAtEnd(view.scrollHeight - view.scrollTop - view.clientHeight < NEAR);
  }, [scroller]);

  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const sizes = new ResizeObserver(look);
    sizes.observe(view);
    if (view.firstElementChild) sizes.observe(view.firstElementChild);
    view.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      view.removeEventListener("scroll", look);
    };
  }, [scroller, look]);

  useLayoutEffect(() => {
    const view = scroller.current;
    const last = view?.querySelector<HTMLElement>("[data-turn]:last-child");
    if (!view || !last) return;
    const place = asked ? `asked ${rowKey(asked)}` : `opened ${currentId}`;
    if (placed.current === place || messages.length === 0) return;
    placed.current = place;
    const smooth = Boolean(asked) && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = last.getBoundingClientRect().top - view.getBoundingClientRect().top + view.scrollTop - 24;
    view.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
  }, [asked, currentId, messages.length, scroller]);

  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: "smooth" });
  return { atEnd, toEnd };
}

function ThreadSkeleton() {
  return (
    <Loading className="flex flex-col gap-7">
      <Skeleton className="ml-auto h-11 w-1/2 rounded-2xl" />
      <div className="flex flex-col gap-3">
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-3/4" />
      </div>
      <Skeleton className="ml-auto h-11 w-2/5 rounded-2xl" />
      <div className="flex flex-col gap-3">
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-2/3" />
      </div>
    </Loading>
  );
}
