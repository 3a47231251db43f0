/** The page: the list beside, what is on show, and what lies over both. */

import { useEffect } from "react";
import { Route, Switch, useLocation } from "wouter";
import { readiness } from "../api";
import { ChatPage } from "../chat/ChatPage";
import { Sidebar } from "../chat/Sidebar";
import { SourcePanel } from "../panel/SourcePanel";
import { SourcePage } from "../sources/SourcePage";
import { SourcesPage } from "../sources/SourcesPage";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { ErrorBoundary } from "../ui/ErrorBoundary";
import { Empty } from "../ui/states";
import { DropZone } from "./DropZone";
import { Notices } from "./Notices";
import { applyTheme } from "./page";
import { SignIn } from "./SignIn";
import { ShortcutHelp, useShortcuts } from "./shortcuts";
import { useStore } from "./store";
import { onChangeElsewhere } from "./tabs";

export function App() {
  const needsToken = useStore((state) => state.needsToken);
  const [path] = useLocation();
  const asking = !path.startsWith("/sources");
  useStart();
  useConnection();
  useOtherTabs();
  useShortcuts();
  if (needsToken) return <SignIn />;
  return (
    <>
      <a
        href={asking ? "#question" : "#content"}
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        {asking ? t.app.skip : t.app.skipToContent}
      </a>
      <div className="flex h-dvh flex-col">
        <OfflineBar />
        <div className="flex min-h-0 flex-1">
          <Sidebar />
          <main id="content" tabIndex={-1} className="relative min-w-0 flex-1 outline-none">
            <ErrorBoundary>
              <Pages />
            </ErrorBoundary>
          </main>
          <SourcePanel />
        </div>
      </div>
      <DropZone />
      <Notices />
      <ShortcutHelp />
      <Announcer />
    </>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <ChatPage id={null} />
      </Route>
      <Route path="/c/:id">{({ id }) => <ChatPage id={id} />}</Route>
      <Route path="/sources">
        <SourcesPage />
      </Route>
      <Route path="/sources/:id">{({ id }) => <SourcePage id={id} />}</Route>
      <Route>
        <Empty text={t.errors.page}>
          <Button onClick={() => location.assign("/")}>{t.errors.home}</Button>
        </Empty>
      </Route>
    </Switch>
  );
}

/** The address is the truth; at the bare one, the reader finds the conversation that was open last. */
function useStart() {
  const [path, navigate] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page begins
  useEffect(() => {
    const { lastId, loadConversations, loadSources } = useStore.getState();
    if (path === "/" && lastId) navigate(`/c/${lastId}`, { replace: true });
    void loadConversations();
    void loadSources();
  }, []);
  useEffect(() => {
    const { closePanel, panel } = useStore.getState();
    if (panel && !path.startsWith("/c/")) closePanel();
  }, [path]);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => applyTheme(useStore.getState().theme);
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
}

const KNOCK_MILLISECONDS = 1500;

/** While the connection is lost, knocks until somebody opens; then everything on show is read again. */
function useConnection() {
  const connection = useStore((state) => state.connection);
  useEffect(() => {
    if (connection === "ok") return;
    const controller = new AbortController();
    const knock = async () => {
      try {
        await readiness({ signal: controller.signal });
      } catch {
        return;
      }
      if (controller.signal.aborted) return;
      const { setConnection, loadConversations, loadConversation, loadSources, currentId } = useStore.getState();
      setConnection("ok");
      void loadConversations();
      void loadSources();
      const at = currentId ?? /^\/c\/([^/]+)/.exec(location.pathname)?.[1];
      if (at) void loadConversation(at, currentId !== null);
    };
    const timer = setInterval(() => void knock(), KNOCK_MILLISECONDS);
    const online = () => void knock();
    window.addEventListener("online", online);
    return () => {
      controller.abort();
      clearInterval(timer);
      window.removeEventListener("online", online);
    };
  }, [connection]);
}

function useOtherTabs() {
  useEffect(
    () =>
      onChangeElsewhere(({ conversationId, sources }) => {
        const { currentId, runs, loadConversations, loadConversation, loadSources } = useStore.getState();
        if (sources) return void loadSources();
        void loadConversations();
        if (conversationId && conversationId === currentId && !runs[conversationId]) {
          void loadConversation(conversationId, true);
        }
      }),
    [],
  );
}

function OfflineBar() {
  const lost = useStore((state) => state.connection === "lost");
  return (
    <div role="status">{lost && <p className="bg-ink px-4 py-1.5 text-center text-sm text-bg">{t.errors.bar}</p>}</div>
  );
}

function Announcer() {
  const announcement = useStore((state) => state.announcement);
  return (
    <p role="status" className="sr-only">
      {announcement}
    </p>
  );
}
