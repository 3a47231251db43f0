"""Sources and passages over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.ports.source_index import SourceCursor, SourceQuery
from application.sources.add_sources import NewPage, NewText
from domain.errors import InvalidInput
from domain.identity import SourceId
from domain.source import SourceType
from entrypoints.http import presenters, schemas
from entrypoints.http.bodies import decode
from entrypoints.http.conversations import Asker, Uses
from entrypoints.http.errors import InvalidBodyError
from entrypoints.http.export import attachment
from entrypoints.http.openapi import problems
from entrypoints.http.paging import decode_cursor, encode_cursor, page_headers
from entrypoints.http.uploads import uploaded_files

if TYPE_CHECKING:
    from application.sources.add_sources import NewSource


class SourceController(Controller):
    """Documents, web pages and pushed texts."""

    path = "/sources"
    tags = ["Sources"]  # noqa: RUF012  # the framework's own attribute

    @get(operation_id="listSources", summary="List sources", responses=problems(400, 503))
    async def list_page(
        self,
        request: Request[Any, Any, Any],
        use_cases: Uses,
        principal: Asker,
        search: Annotated[str | None, QueryParameter(max_length=500)] = None,
        source_type: Annotated[SourceType | None, QueryParameter(name="type")] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
        offset: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0,
        cursor: FromQuery[str | None] = None,
    ) -> Response[list[schemas.Source]]:
        """Last updated first. `search` matches as one types: each word is the beginning of a word of title or URL."""
        if cursor is not None and offset:
            raise InvalidInput("cursor", "Give offset or cursor, not both.")
        after = None
        if cursor is not None:
            at, row = decode_cursor(cursor)
            after = SourceCursor(at, SourceId(row))
        query = SourceQuery(search=search, type=source_type, limit=limit, offset=offset, after=after)
        page = await use_cases.list_sources(query, principal=principal)
        following = encode_cursor(page.next.last_updated, page.next.id) if page.next else None
        return Response(
            [presenters.source(each) for each in page.items],
            headers=page_headers(request, total=page.total, cursor=following),
        )

    @post(
        operation_id="addSources",
        summary="Add files, a web page or a text",
        status_code=202,
        responses=problems(400, 413, 415, 422, 503),
    )
    async def add(self, request: Request[Any, Any, Any], use_cases: Uses, principal: Asker) -> list[schemas.Source]:
        """Multipart with one or more parts named `file`; or JSON: `{url}` fetches a page, `{title, text, url?}` takes
        the text as it is. Reading goes on after the answer: `status` says when a source is ready."""
        added = await use_cases.add_sources(await _new_sources(request), principal=principal)
        return [presenters.source(each) for each in added]

    @get("/{source_id:uuid}", operation_id="readSource", summary="Read a source", responses=problems(404, 503))
    async def read(self, source_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> schemas.Source:
        """What it is and how far it got."""
        return presenters.source(await use_cases.read_source(SourceId(source_id), principal=principal))

    @get(
        "/{source_id:uuid}/text",
        operation_id="readSourceText",
        summary="Read a source's text",
        media_type="text/plain",
        responses=problems(404, 409, 503),
    )
    async def text(self, source_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> Response[str]:
        """The text that the offsets of passages and quotes count in, in characters."""
        text = await use_cases.read_source_text(SourceId(source_id), principal=principal)
        return Response(text, media_type="text/plain")

    @get(
        "/{source_id:uuid}/content",
        operation_id="readSourceContent",
        summary="Download the original",
        media_type="application/octet-stream",
        responses=problems(404, 409, 503),
    )
    async def content(self, source_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> Response[bytes]:
        """The original bytes, always as a download: a document never runs as a page of this site."""
        original = await use_cases.read_source_content(SourceId(source_id), principal=principal)
        return Response(
            original.data,
            media_type="application/octet-stream",
            headers={"Content-Disposition": attachment(original.name.rpartition("/")[2])},
        )

    @delete("/{source_id:uuid}", operation_id="removeSource", summary="Remove a source", responses=problems(404, 503))
    async def remove(self, source_id: FromPath[UUID], use_cases: Uses, principal: Asker) -> None:
        """Its passages can't be found any more; old answers keep their references."""
        await use_cases.remove_source(SourceId(source_id), principal=principal)


@post(
    "/search",
    operation_id="searchPassages",
    summary="Search passages",
    tags=["Sources"],
    status_code=200,
    responses=problems(400, 404, 503),
)
async def search_passages(
    data: JSONBody[schemas.SearchPassagesRequest], use_cases: Uses, principal: Asker
) -> list[schemas.PassageHit]:
    """The retriever on its own: best first."""
    hits = await use_cases.search_passages(
        data.query,
        sources=None if data.sources is None else tuple(data.sources),
        source_type=SourceType(data.type) if data.type else None,
        limit=data.limit,
        principal=principal,
    )
    return [presenters.hit(each) for each in hits]


async def _new_sources(request: Request[Any, Any, Any]) -> list[NewSource]:
    media_type = request.content_type[0]
    if media_type == "multipart/form-data":
        return [*await uploaded_files(request)]
    body: schemas.SourceRequest = decode(await request.body(), media_type, schemas.SourceRequest)
    if body.title is not None and body.text is not None:
        return [NewText(title=body.title, text=body.text, url=body.url)]
    if body.url is not None and body.title is None and body.text is None:
        return [NewPage(url=body.url)]
    raise InvalidBodyError(
        [
            schemas.FieldError(
                detail="Give url alone, or title and text (with a url of your own if you like).", pointer=""
            )
        ]
    )
