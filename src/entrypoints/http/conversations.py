"""Conversations over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation
from msgspec import UNSET, UnsetType

from application.conversations.create_conversation import NewConversation, NewMessage
from application.conversations.rate_message import Rating
from application.conversations.update_conversation import ConversationChanges
from application.ports.conversations import ConversationCursor, ConversationQuery
from domain.conversation import Role
from domain.errors import InvalidInput
from domain.identity import ConversationId, MessageId, Principal
from entrypoints.http import presenters, schemas
from entrypoints.http.export import FORMATS, ExportFormat
from entrypoints.http.idempotency import known_as
from entrypoints.http.openapi import problems
from entrypoints.http.paging import decode_cursor, earlier_headers, encode_cursor, page_headers
from entrypoints.use_cases import UseCases

_T = TypeVar("_T")
Asker = NamedDependency[SkipValidation[Principal]]
Uses = NamedDependency[SkipValidation[UseCases]]


class ConversationController(Controller):
    """Everything about conversations but asking."""

    path = "/conversations"
    tags = ["Conversations"]  # noqa: RUF012  # the framework's own attribute

    @post(operation_id="createConversation", summary="Begin a conversation", status_code=200, responses=problems(400))
    async def create(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[schemas.CreateConversationRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> schemas.Conversation:
        """With a first message, if there is one; nobody answers it."""
        new = NewConversation(
            title=data.title,
            space=data.space,
            tags=tuple(data.tags),
            metadata=data.metadata,
            initial_message=_new_message(data.initial_message) if data.initial_message else None,
        )
        made = await use_cases.create_conversation(new, principal=principal, known_as=known_as(request.scope))
        return presenters.conversation(made)

    @get(operation_id="listConversations", summary="List conversations", responses=problems(400))
    async def list_page(
        self,
        request: Request[Any, Any, Any],
        use_cases: Uses,
        principal: Asker,
        space: FromQuery[str | None] = None,
        tag: FromQuery[str | None] = None,
        search: Annotated[str | None, QueryParameter(max_length=500)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        offset: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0,
        cursor: FromQuery[str | None] = None,
    ) -> Response[list[schemas.Conversation]]:
        """Last updated first. `search` looks in titles and message text. The `Link` header leads to the next page."""
        if cursor is not None and offset:
            raise InvalidInput("cursor", "Give offset or cursor, not both.")
        after = None
        if cursor is not None:
            at, row = decode_cursor(cursor)
            after = ConversationCursor(at, ConversationId(row))
        query = ConversationQuery(space=space, tag=tag, search=search, limit=limit, offset=offset, after=after)
        page = await use_cases.list_conversations(query, principal=principal)
        following = encode_cursor(page.next.updated_at, page.next.id) if page.next else None
        return Response(
            [presenters.conversation(each) for each in page.items],
            headers=page_headers(request, total=page.total, cursor=following),
        )

    @get(
        "/{conversation_id:uuid}",
        operation_id="readConversation",
        summary="Read a conversation",
        responses=problems(404),
    )
    async def read(
        self, conversation_id: FromPath[UUID], use_cases: Uses, principal: Asker
    ) -> schemas.ConversationDetail:
        """With the messages of its active branch, oldest first."""
        detail = await use_cases.read_conversation(ConversationId(conversation_id), principal=principal)
        return presenters.conversation_detail(detail)

    @put(
        "/{conversation_id:uuid}",
        operation_id="updateConversation",
        summary="Change a conversation",
        responses=problems(400, 404),
    )
    async def update(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[schemas.UpdateConversationRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> schemas.Conversation:
        """What is left out stays. `active_message_id` shows the branch through that message, to its newest end."""
        changes = ConversationChanges(
            title=_given(data.title),
            space=_given(data.space),
            tags=None if isinstance(data.tags, UnsetType) else tuple(data.tags),
            metadata=_given(data.metadata),
            active_message_id=None if data.active_message_id is UNSET else MessageId(data.active_message_id),
        )
        summary = await use_cases.update_conversation(ConversationId(conversation_id), changes, principal=principal)
        return presenters.conversation(summary)

    @delete(
        "/{conversation_id:uuid}",
        operation_id="deleteConversation",
        summary="Delete a conversation",
        responses=problems(404),
    )
    async def remove(self, conversation_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> None:
        """Its messages and tags go with it; an answer that is being written is stopped."""
        await use_cases.delete_conversation(ConversationId(conversation_id), principal=principal)

    @get(
        "/{conversation_id:uuid}/messages",
        operation_id="listMessages",
        summary="Read a page of messages",
        responses=problems(400, 404),
    )
    async def messages(
        self,
        request: Request[Any, Any, Any],
        conversation_id: FromPath[UUID],
        use_cases: Uses,
        principal: Asker,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        before: FromQuery[UUID | None] = None,
        leaf: FromQuery[UUID | None] = None,
    ) -> Response[list[schemas.Message]]:
        """Oldest first: the last `limit` messages of the branch that ends in `leaf`, or those `before` a message. The
        `Link` header leads to those before them."""
        found = await use_cases.list_messages(
            ConversationId(conversation_id),
            limit=limit,
            before=MessageId(before) if before else None,
            leaf=MessageId(leaf) if leaf else None,
            principal=principal,
        )
        return Response([presenters.message(each) for each in found], headers=earlier_headers(request, found))

    @post(
        "/{conversation_id:uuid}/messages",
        operation_id="addMessage",
        summary="Add a message",
        status_code=200,
        responses=problems(400, 404),
    )
    async def add_message(
        self,
        request: Request[Any, Any, Any],
        conversation_id: FromPath[UUID],
        data: JSONBody[schemas.NewMessageRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> schemas.Message:
        """At the end of the active branch; nobody answers it."""
        message = await use_cases.add_message(
            ConversationId(conversation_id),
            _new_message(data),
            principal=principal,
            known_as=known_as(request.scope),
        )
        return presenters.message(message)

    @put(
        "/{conversation_id:uuid}/messages/{message_id:uuid}/feedback",
        operation_id="rateMessage",
        summary="Rate an answer",
        responses=problems(400, 404, 409),
    )
    async def rate(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        data: JSONBody[schemas.FeedbackRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> schemas.Message:
        """Kept in the message's metadata as `feedback`; a rating of null takes it back."""
        message = await use_cases.rate_message(
            ConversationId(conversation_id),
            MessageId(message_id),
            rating=Rating(data.rating) if data.rating else None,
            comment=data.comment,
            principal=principal,
        )
        return presenters.message(message)

    @get(
        "/{conversation_id:uuid}/export",
        operation_id="exportConversation",
        summary="Export a conversation",
        responses=problems(400, 404),
    )
    async def export(
        self,
        conversation_id: FromPath[UUID],
        use_cases: Uses,
        principal: Asker,
        export_format: Annotated[ExportFormat, QueryParameter(name="format")] = ExportFormat.MARKDOWN,
    ) -> Response[bytes]:
        """As a file that reads well on its own, footnotes and all."""
        detail = await use_cases.read_conversation(ConversationId(conversation_id), principal=principal)
        return FORMATS[export_format](detail)


def _new_message(data: schemas.NewMessageRequest) -> NewMessage:
    return NewMessage(role=Role(data.role), content=data.content, metadata=data.metadata)


def _given(value: _T | UnsetType) -> _T | None:
    return None if isinstance(value, UnsetType) else value
