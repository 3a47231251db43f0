"""A conversation as a file that reads well on its own."""

from __future__ import annotations

import re
import unicodedata
import urllib.parse
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from litestar import Response

from domain.answer import MessageStatus
from domain.conversation import Role
from entrypoints.http import presenters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from application.conversations.read_conversation import ConversationDetail
    from domain.answer import Reference
    from domain.conversation import Message

_SPEAKERS = {Role.USER: "You", Role.ASSISTANT: "Quoth", Role.SYSTEM: "System"}
_UNFINISHED: dict[str | None, str] = {
    MessageStatus.ANSWERING: "is still being written",
    MessageStatus.FAILED: "could not be finished",
    MessageStatus.INTERRUPTED: "was interrupted",
}
_MARKER = re.compile(r"\[(\d{1,3})\](?!\()")


class ExportFormat(StrEnum):
    """What a conversation can be exported as."""

    MARKDOWN = "markdown"
    JSON = "json"


def as_markdown(detail: ConversationDetail) -> str:
    """The active branch; footnotes are numbered through the whole file and quote the words they stand on."""
    conversation = detail.summary.conversation
    lines = [f"# {' '.join(conversation.title.split())}", "", f"*{conversation.updated_at:%Y-%m-%d %H:%M} UTC*", ""]
    notes: list[str] = []
    for message in detail.messages:
        lines += [f"## {_SPEAKERS[message.role]}", "", _with_footnotes(message, notes).strip(), ""]
        if message.status in _UNFINISHED:
            lines += [f"*(This answer {_UNFINISHED[message.status]}.)*", ""]
    if notes:
        lines += ["---", "", *notes]
    return "\n".join(lines).rstrip() + "\n"


def _with_footnotes(message: Message, notes: list[str]) -> str:
    cited = {reference.number: reference for reference in message.references if reference.cited}
    numbers: dict[int, int] = {}

    def renumbered(match: re.Match[str]) -> str:
        reference = cited.get(int(match[1]))
        if reference is None:
            return match[0]
        if reference.number not in numbers:
            numbers[reference.number] = len(notes) + 1
            notes.append(f"[^{len(notes) + 1}]: " + " ".join(_footnote(reference)))
        return f"[^{numbers[reference.number]}]"

    return _MARKER.sub(renumbered, message.content)


def _footnote(reference: Reference) -> Iterator[str]:
    yield f"{reference.title},"
    if reference.page is not None:
        yield f"page {reference.page},"
    if reference.section:
        yield f"{reference.section},"
    yield f"<{reference.url}>:"
    for quote in reference.quotes:
        words = " ".join(quote.text.split())
        yield f"“{words}”" if quote.verified else f"“{words}” (not verified)"


def _markdown_file(detail: ConversationDetail) -> Response[bytes]:
    return _file(detail, as_markdown(detail).encode(), "text/markdown", "md")


def _json_file(detail: ConversationDetail) -> Response[bytes]:
    encoded = msgspec.json.format(msgspec.json.encode(presenters.conversation_detail(detail)), indent=2)
    return _file(detail, encoded, "application/json", "json")


def _file(detail: ConversationDetail, content: bytes, media_type: str, ending: str) -> Response[bytes]:
    name = f"{detail.summary.conversation.title}.{ending}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": attachment(name)})


def attachment(name: str) -> str:
    """A Content-Disposition (RFC 6266) under which any name is a download and nothing but a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .()-]+", "_", plain).strip(" .") or "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{urllib.parse.quote(name, safe='')}"


FORMATS: dict[ExportFormat, Callable[[ConversationDetail], Response[bytes]]] = {
    ExportFormat.MARKDOWN: _markdown_file,
    ExportFormat.JSON: _json_file,
}
