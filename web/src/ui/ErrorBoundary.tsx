/** A part of the page that breaks leaves the rest standing. */

import { Component, type ReactNode } from "react";
import { t } from "../strings";
import { FailureNote } from "./states";

interface State {
  error: Error | null;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="mx-auto max-w-xl p-6">
        <FailureNote
          failure={{ kind: "problem", text: t.errors.broken, details: error.message }}
          action={t.errors.reload}
          onAction={() => location.reload()}
        />
      </div>
    );
  }
}
