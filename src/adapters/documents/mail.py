"""E-mail: its headers that matter, its text, and the names of what is attached. Mailboxes hold several."""

from __future__ import annotations

import email
import re
from email import policy
from email.message import EmailMessage

from adapters.documents.decoding import decode
from adapters.documents.detection import Kind
from adapters.documents.html import render
from adapters.documents.html_content import content_of, parse_html
from adapters.documents.limits import ReadingLimits
from adapters.documents.text_builder import TextBuilder, one_line
from domain.document import Document

_SHOWN = ("From", "To", "Cc", "Date")
_SEPARATOR = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]*\r?\n(?=[!-9;-~]+:)")
_MAX_DEPTH = 5


def read_mail(content: bytes, limits: ReadingLimits) -> Document:
    """One mail, or all mails of a mailbox, each a section named by its subject."""
    builder = TextBuilder(limits.characters)
    title: str | None = None
    for data in _messages(content):
        message = email.message_from_bytes(data, _class=EmailMessage, policy=policy.default)
        subject = _header(message, "Subject")
        title = title or subject
        _read_message(message, builder, depth=1)
    return builder.build(media_type=Kind.MAIL.value, title=title)


def _messages(content: bytes) -> list[bytes]:
    starts = [match.end() for match in _SEPARATOR.finditer(content)]
    if not starts or not content.startswith(b"From "):
        return [content]
    ends = [*[match.start() for match in _SEPARATOR.finditer(content)][1:], len(content)]
    return [content[start:end] for start, end in zip(starts, ends, strict=True)]


def _read_message(message: EmailMessage, builder: TextBuilder, *, depth: int) -> None:
    builder.heading(depth, _header(message, "Subject") or "(no subject)")
    headers = [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
    builder.block("\n".join(headers))
    body = message.get_body(("plain", "html"))
    if isinstance(body, EmailMessage):
        _read_body(body, builder)
    attached: list[str] = []
    for part in message.walk():
        if part is message or part is body or part.is_multipart():
            continue
        name = part.get_filename()
        if name:
            attached.append(f"Attachment: {one_line(str(name))}")
    builder.block("\n".join(attached))
    if depth < _MAX_DEPTH:
        for forwarded in _forwarded(message):
            _read_message(forwarded, builder, depth=depth + 1)


def _forwarded(message: EmailMessage) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_content_type() == "message/rfc822":
            found.extend(inner for inner in part.iter_parts() if isinstance(inner, EmailMessage))
    return found


def _read_body(body: EmailMessage, builder: TextBuilder) -> None:
    payload: object = body.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return
    text = decode(payload, declared=body.get_content_charset())
    if text is None:
        return
    if body.get_content_subtype() != "html":
        builder.block(text.strip("\r\n"))
        return
    root = parse_html(text)
    if root is not None:
        render(content_of(root), builder)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return one_line(str(message.get(name, "")), at_most=1000)
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        # The standard library stumbles over some malformed addresses; a mail without its header is still a mail.
        return ""
