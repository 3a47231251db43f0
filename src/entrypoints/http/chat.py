"""Asking over HTTP: a whole answer, or its events as they come."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import UnsetType

from application.answering.question import Place, Question, QuestionKey
from domain.identity import ConversationId, MessageId, RunId
from entrypoints.http import presenters, schemas
from entrypoints.http.conversations import Asker, Uses
from entrypoints.http.errors import RunProblemError
from entrypoints.http.idempotency import fingerprint_of, key_in
from entrypoints.http.openapi import EVENT_STREAM, problems
from entrypoints.http.sse import event_stream

_FAILURES = (400, 404, 409, 422, 429, 502, 503, 504)


class ChatController(Controller):
    """Questions and their answers."""

    path = "/chat"
    tags = ["Chat"]  # noqa: RUF012  # the framework's own attribute

    @post(operation_id="chat", summary="Ask, and wait for the answer", status_code=200, responses=problems(*_FAILURES))
    async def chat(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[schemas.ChatRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> schemas.ChatResponse:
        """The question is kept before the model is called; the answer goes on being written if the client leaves."""
        run = await use_cases.ask_question(await _question(data, request), principal=principal)
        answer = await use_cases.await_answer(run.run_id, principal=principal)
        problem = presenters.problem_of(answer)
        if problem is not None:
            raise RunProblemError(problem)
        return presenters.chat_response(answer)

    @post(
        "/stream",
        operation_id="streamChat",
        summary="Ask, and follow the answer",
        status_code=200,
        responses=EVENT_STREAM | problems(*_FAILURES),
    )
    async def stream(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[schemas.ChatRequest],
        use_cases: Uses,
        principal: Asker,
    ) -> Stream:
        """Server-sent events, each with an id and a `type` in its data. What fails later comes as an `error` event."""
        run = await use_cases.ask_question(await _question(data, request), principal=principal)
        return event_stream(await use_cases.follow_run(run.run_id, principal=principal))

    @get(
        "/runs/{run_id:uuid}",
        operation_id="followRun",
        summary="Follow an answer from any place in it",
        responses=EVENT_STREAM | problems(400, 404),
    )
    async def follow(
        self,
        run_id: FromPath[UUID],
        use_cases: Uses,
        principal: Asker,
        last_event_id: Annotated[int | None, QueryParameter(ge=0)] = None,
        last_event_id_header: Annotated[int | None, HeaderParameter(name="Last-Event-ID", ge=0)] = None,
    ) -> Stream:
        """From after the given event id, or from the start; the same events as in the first stream, to the byte."""
        after = last_event_id_header if last_event_id is None else last_event_id
        return event_stream(await use_cases.follow_run(RunId(run_id), after=after or 0, principal=principal))

    @delete("/runs/{run_id:uuid}", operation_id="stopRun", summary="Stop an answer", responses=problems(404))
    async def stop(self, run_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> None:
        """What there is of it is kept. Stopping what has ended already changes nothing."""
        await use_cases.stop_run(RunId(run_id), principal=principal)


async def _question(data: schemas.ChatRequest, request: Request[Any, Any, Any]) -> Question:
    key = key_in(request.scope)
    parent: MessageId | Place | None = Place.AT_THE_END
    if not isinstance(data.parent_id, UnsetType):
        parent = None if data.parent_id is None else MessageId(data.parent_id)
    return Question(
        message=data.message,
        regenerate=MessageId(data.regenerate) if data.regenerate else None,
        conversation_id=ConversationId(data.conversation_id) if data.conversation_id else None,
        use_rag=data.use_rag,
        sources=None if data.sources is None else tuple(data.sources),
        limit=data.limit,
        parent=parent,
        key=QuestionKey(key, fingerprint_of(request.scope, await request.body())) if key is not None else None,
    )
