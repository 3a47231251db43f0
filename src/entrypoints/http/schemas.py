"""The wire: what requests and responses look like. Their field names, limits and defaults are the API's contract."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from domain.conversation import MESSAGE_LENGTH, SPACE_LENGTH, TAG_COUNT, TAG_LENGTH, TITLE_LENGTH

Title = Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH, description="1 to 255 characters.")]
Space = Annotated[str, Meta(min_length=1, max_length=SPACE_LENGTH, description="1 to 50 characters.")]
Tag = Annotated[str, Meta(min_length=1, max_length=TAG_LENGTH)]
Tags = Annotated[list[Tag], Meta(max_length=TAG_COUNT)]
Content = Annotated[str, Meta(min_length=1, max_length=MESSAGE_LENGTH, description="1 to 100,000 characters.")]
RoleName = Literal["user", "assistant", "system"]
SourceTypeName = Literal["document", "webpage", "api"]
JsonObject = dict[str, Any]


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends: an unknown field is refused."""


class Body(Struct, frozen=True, kw_only=True):
    """What the server sends."""


class NewMessageRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to be added as it is."""

    role: RoleName
    content: Content
    metadata: JsonObject = {}


class CreateConversationRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new conversation."""

    title: Title
    space: Space = "default"
    tags: Tags = []
    metadata: JsonObject = {}
    initial_message: NewMessageRequest | None = None


class UpdateConversationRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    title: Title | UnsetType = UNSET
    space: Space | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    metadata: JsonObject | UnsetType = UNSET
    active_message_id: UUID | UnsetType = UNSET


class FeedbackRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rating; null takes it back."""

    rating: Literal["up", "down"] | None
    comment: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None


class ChatRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question: exactly one of `message` and `regenerate`."""

    message: Content | None = None
    conversation_id: UUID | None = None
    use_rag: bool = True
    sources: Annotated[list[Annotated[str, Meta(max_length=2048)]], Meta(max_length=200)] | None = None
    limit: Annotated[int, Meta(ge=1, le=50)] = 5
    parent_id: UUID | UnsetType | None = UNSET
    regenerate: UUID | None = None


class SourceRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A web address to fetch (`url` alone), or a text with its title."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)] | None = None
    title: Title | None = None
    text: Annotated[str, Meta(min_length=1, max_length=20_000_000)] | None = None


class SearchPassagesRequest(Request, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to search for, and where."""

    query: Annotated[str, Meta(min_length=1, max_length=10_000)]
    sources: Annotated[list[Annotated[str, Meta(max_length=2048)]], Meta(max_length=200)] | None = None
    type: SourceTypeName | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 10


class Quote(Body, frozen=True, kw_only=True):
    """Words of a source; `verified` is true exactly where its text from `start` to `end` is `text`."""

    text: str
    start: int
    end: int
    verified: bool


class Reference(Body, frozen=True, kw_only=True):
    """What an answer rests on: a snapshot kept with the message. Offsets count characters of the source's text."""

    number: int
    source_id: UUID
    url: str
    title: str
    type: SourceTypeName
    passage_id: UUID
    text: str
    score: float
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    cited: bool
    quotes: list[Quote]


class Message(Body, frozen=True, kw_only=True):
    """One node of a conversation's tree."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    siblings: list[UUID]
    role: RoleName
    content: str
    created_at: datetime
    metadata: JsonObject
    sources: list[Reference]


class Conversation(Body, frozen=True, kw_only=True):
    """A conversation as a list shows it."""

    id: UUID
    title: str
    space: str
    tags: list[str]
    metadata: JsonObject
    created_at: datetime
    updated_at: datetime
    message_count: int
    last_message_preview: str | None


class ConversationDetail(Conversation, frozen=True, kw_only=True):
    """A conversation with the messages of its active branch, oldest first."""

    messages: list[Message]
    active_run: UUID | None


class FieldError(Body, frozen=True, kw_only=True):
    """One fault of a request: `pointer` (RFC 6901) into its body, or the name of a query or path `parameter`."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Body, frozen=True, kw_only=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | UnsetType = UNSET
    errors: list[FieldError] | UnsetType = UNSET


class Source(Body, frozen=True, kw_only=True):
    """A document, web page or pushed text."""

    id: UUID
    url: str
    title: str
    type: SourceTypeName
    last_updated: datetime
    passages: int
    size: int
    status: Literal["indexing", "ready", "failed"]
    problem: Problem | None = None


class PassageHit(Body, frozen=True, kw_only=True):
    """A passage that a search found."""

    passage_id: UUID
    source_id: UUID
    url: str
    title: str
    type: SourceTypeName
    text: str
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    score: float


class ChatResponse(Body, frozen=True, kw_only=True):
    """A whole answer."""

    message: Message
    sources: list[Reference]
    conversation_id: UUID


class StartEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="start"):
    """The question is kept and the answer has a place: always first."""

    run_id: UUID
    conversation_id: UUID
    user_message: Message
    message_id: UUID


class SourcesEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="sources"):
    """What was retrieved."""

    sources: list[Reference]


class DeltaEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="delta"):
    """More of the answer."""

    text: str


class CitationEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="citation"):
    """The words behind the marker `[number]`."""

    number: int
    quote: Quote


class DoneEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """The whole answer as it is stored; the last event."""

    message: Message
    sources: list[Reference]
    conversation_id: UUID


class ErrorEvent(Body, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """Why the answer could not be finished; the last event."""

    problem: Problem


AnswerEvent = StartEvent | SourcesEvent | DeltaEvent | CitationEvent | DoneEvent | ErrorEvent


class ComponentHealth(Body, frozen=True, kw_only=True):
    """How one component is."""

    status: Literal["ok", "failing"]
    detail: str | None = None


class Health(Body, frozen=True, kw_only=True):
    """How the service is, component by component."""

    status: Literal["ok", "failing"]
    components: dict[str, ComponentHealth] = msgspec.field(default_factory=dict[str, ComponentHealth])
