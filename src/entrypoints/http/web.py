"""The web chat: static files beside the API, with the page itself behind every address of its own."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import File
from litestar.static_files import create_static_files_router  # pyright: ignore[reportUnknownVariableType]  # its file systems are untyped

if TYPE_CHECKING:
    from pathlib import Path

_PLACEHOLDER = (
    "<!doctype html><meta charset=utf-8><title>Quoth</title>"
    "<p>The web chat is not built: run <code>make web</code>. The API is at <a href=/docs>/docs</a>.\n"
)


def web_handlers(folder: Path | None) -> list[Any]:
    """Handlers for the built web chat in this folder."""

    @get(["/", "/c/{rest:path}", "/sources", "/sources/{rest:path}"], include_in_schema=False, media_type="text/html")
    async def page() -> Response[Any]:
        if folder is None or not (folder / "index.html").is_file():
            return Response(_PLACEHOLDER, media_type="text/html")
        return File(
            folder / "index.html",
            media_type="text/html",
            content_disposition_type="inline",
            headers={"Cache-Control": "no-cache"},
        )

    files = {entry.name: entry for entry in folder.iterdir() if entry.is_file()} if folder else {}

    @get("/{name:str}", include_in_schema=False)
    async def file(name: FromPath[str]) -> File:
        """The few files beside the page: the theme script, icons, the manifest, the sample document."""
        if name not in files:
            raise NotFoundException("There is nothing here.")
        # Without its type a browser refuses the script: nothing is guessed where `nosniff` stands.
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": "no-cache"}
        return File(files[name], media_type=media_type, content_disposition_type="inline", headers=headers)

    handlers: list[Any] = [page, file]
    if folder is not None and (folder / "assets").is_dir():
        assets = create_static_files_router(
            path="/assets",
            directories=[folder / "assets"],
            cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
        )
        handlers.append(assets)
    return handlers
