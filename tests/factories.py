"""Domain objects with whatever does not matter filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from polyfactory.factories import DataclassFactory

from domain.answer import Quote, Reference
from domain.conversation import Conversation, Message, Role
from domain.identity import LOCAL_USER, PassageId, SourceId, VersionId
from domain.source import ContentHash, Hit, Passage, Source, SourceType, SourceVersion

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


class ConversationFactory(DataclassFactory[Conversation]):
    """A conversation of the local user, without messages."""

    owner = LOCAL_USER
    title = "Travel expenses"
    space = "default"
    tags = ()
    metadata = dict[str, object]
    created_at = NOW
    updated_at = NOW
    active_message_id = None


class MessageFactory(DataclassFactory[Message]):
    """A question without a parent."""

    parent_id = None
    role = Role.USER
    content = "When are claims paid?"
    created_at = NOW
    metadata = dict[str, object]
    references = ()
    siblings = ()


class SourceVersionFactory(DataclassFactory[SourceVersion]):
    """Content of a small file."""

    content = ContentHash("0" * 64)
    size = 100
    name = "handbook.md"
    media_type = "text/markdown"
    added_at = NOW
    attempts = 0


class SourceFactory(DataclassFactory[Source]):
    """A source of the local user with nothing read yet."""

    owner = LOCAL_USER
    url = "file:///handbook.md"
    title = "handbook.md"
    type = SourceType.DOCUMENT
    created_at = NOW
    last_updated = NOW
    passages = 0
    current = None
    pending = None
    problem = None


def a_hit(text: str, *, start: int = 0, score: float = 1.0, title: str = "handbook.md") -> Hit:
    """A passage that a search found."""
    passage = Passage(
        id=PassageId(uuid4()),
        source_id=SourceId(uuid4()),
        version_id=VersionId(uuid4()),
        owner=LOCAL_USER,
        ordinal=0,
        text=text,
        start=start,
        end=start + len(text),
    )
    return Hit(passage=passage, url=f"file:///{title}", title=title, type=SourceType.DOCUMENT, score=score)


def a_reference(
    number: int = 1, text: str = "Claims are paid within ten days.", quotes: tuple[Quote, ...] = ()
) -> Reference:
    """What an answer rests on."""
    return Reference(
        number=number,
        source_id=SourceId(uuid4()),
        url="file:///handbook.md",
        title="handbook.md",
        type=SourceType.DOCUMENT,
        passage_id=PassageId(uuid4()),
        text=text,
        score=1.0,
        start=0,
        end=len(text),
        cited=bool(quotes),
        quotes=quotes,
    )
