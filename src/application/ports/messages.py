"""The messages of a conversation: a tree, read branch by branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.conversation import Message
    from domain.identity import ConversationId, MessageId, UserId


class Messages(Protocol):
    """Stores messages. One that is not in the given conversation of the given owner raises `MessageNotFound`."""

    async def add(self, message: Message, *, owner: UserId) -> None:
        """Store a new one. Its conversation must be the owner's (`ConversationNotFound`), its parent must be in the
        same conversation (`MessageNotFound`)."""
        ...

    async def get(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> Message:
        """One message, siblings filled in."""
        ...

    async def find(self, message_id: MessageId, *, owner: UserId) -> Message:
        """One message by its id alone: for runs, whose address does not name the conversation."""
        ...

    async def branch(
        self,
        leaf: MessageId,
        *,
        conversation_id: ConversationId,
        owner: UserId,
        limit: int | None = None,
        before: MessageId | None = None,
    ) -> Sequence[Message]:
        """The path from the root to `leaf`, oldest first, siblings filled in.

        With `limit`, the last so many of it; with `before`, only what comes before that message of the path
        (`MessageNotFound` if it is not on it). A fixed number of statements.
        """
        ...

    async def newest_leaf(self, message_id: MessageId, *, conversation_id: ConversationId, owner: UserId) -> MessageId:
        """The leaf reached from this message by following the newest child each time (by `created_at`, then id)."""
        ...

    async def stranded(self) -> Sequence[tuple[MessageId, UserId]]:
        """The answers of any owner that say that they are being written while no run of theirs is under way: what only
        a hand or a backup can bring about. At most 100 at a time."""
        ...

    async def save(self, message: Message, *, owner: UserId) -> None:
        """Replace content, metadata and references of one that exists."""
        ...
