/** A conversation with the place to go on with it; or the beginning of a new one. */

import { Ellipsis } from "lucide-react";
import { useEffect, useState } from "react";
import { PageHeader } from "../app/PageHeader";
import { useStore } from "../app/store";
import { t } from "../strings";
import { Button } from "../ui/Button";
import { Menu } from "../ui/Menu";
import { Empty, FailureNote } from "../ui/states";
import { Composer } from "./Composer";
import { TitleField, useConversationMenu } from "./ConversationRow";
import { Home } from "./Home";
import { OrganiseDialog } from "./OrganiseDialog";
import { Thread } from "./Thread";

export function ChatPage({ id }: { id: string | null }) {
  const loadConversation = useStore((state) => state.loadConversation);
  const error = useStore((state) => state.error);
  const begun = useStore((state) => state.pending !== null && state.currentId === null && state.messages.length > 0);
  useEffect(() => {
    // The one that was just begun here is on show already.
    if (id && useStore.getState().currentId !== id) void loadConversation(id);
    if (!id) useStore.setState({ currentId: null, error: null });
  }, [id, loadConversation]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation, another question
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) document.getElementById("question")?.focus({ preventScroll: true });
  }, [id]);
  return (
    <div className="flex h-full flex-col">
      <Header />
      {id && error ? <Failed id={id} /> : id || begun ? <Thread /> : <Home />}
      <Composer />
    </div>
  );
}

function Failed({ id }: { id: string }) {
  const error = useStore((state) => state.error);
  const { loadConversation, newConversation } = useStore.getState();
  if (!error) return null;
  return (
    <div className="mx-auto w-full max-w-[46rem] flex-1 px-6 pt-8">
      {error.status === 404 || error.status === 400 ? (
        <Empty text={`${t.thread.gone} ${t.thread.goneHint}`}>
          <Button onClick={newConversation}>{t.sidebar.new}</Button>
        </Empty>
      ) : (
        <FailureNote failure={error} title={t.thread.failed} onAction={() => void loadConversation(id)} />
      )}
    </div>
  );
}

function Header() {
  const conversation = useStore((state) => state.currentConversation);
  const listed = useStore((state) => state.conversations.find((each) => each.id === state.currentId));
  const shown = conversation ?? listed ?? null;
  const [renaming, setRenaming] = useState(false);
  const [organising, setOrganising] = useState(false);
  const items = useConversationMenu(
    shown,
    () => setRenaming(true),
    () => setOrganising(true),
  );
  const title = shown?.title;
  useEffect(() => {
    document.title = title ? t.app.pageTitle(title) : t.app.name;
  }, [title]);
  if (shown && renaming) {
    return (
      <header className="flex h-14 shrink-0 items-center px-4">
        <TitleField conversation={shown} onClose={() => setRenaming(false)} />
      </header>
    );
  }
  return (
    <PageHeader title={title ?? t.sidebar.new}>
      {shown && <Menu label={t.sidebar.menu(shown.title)} icon={Ellipsis} items={items} />}
      {shown && organising && <OrganiseDialog conversation={shown} onClose={() => setOrganising(false)} />}
    </PageHeader>
  );
}
