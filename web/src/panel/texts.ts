/** The texts of sources that were looked at lately. */

import { useEffect, useState } from "react";
import { readSourceText } from "../api";
import { type Failure, isNotFound } from "../api/failure";
import { useStore } from "../app/store";

export type SourceText =
  | { state: "loading" }
  | { state: "ready"; text: string }
  | { state: "removed" }
  | { state: "failed"; failure: Failure };

/** Always asked for anew when a source is opened: what is compared with a quote must be what the source says now. */
export function useSourceText(sourceId: string): { source: SourceText; again: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<{ id: string; source: SourceText } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another request
  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      const { data, error } = await readSourceText({ path: { source_id: sourceId }, signal: controller.signal });
      if (controller.signal.aborted) return;
      if (data !== undefined)
        setResult({ id: sourceId, source: { state: "ready", text: typeof data === "string" ? data : "" } });
      else if (isNotFound(error)) setResult({ id: sourceId, source: { state: "removed" } });
      else setResult({ id: sourceId, source: { state: "failed", failure: useStore.getState().failed(error) } });
    })();
    return () => controller.abort();
  }, [sourceId, attempt]);
  return {
    source: result?.id === sourceId ? result.source : { state: "loading" },
    again: () => {
      setResult(null);
      setAttempt(attempt + 1);
    },
  };
}
