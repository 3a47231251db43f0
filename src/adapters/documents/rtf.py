"""Rich Text Format: its text, without what is only for printing it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field

from adapters.documents.decoding import named_encoding
from adapters.documents.detection import Kind
from adapters.documents.limits import ReadingLimits
from adapters.documents.text_builder import TextBuilder
from domain.document import Document

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_DESTINATIONS = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf "
    b"listtable listoverridetable revtbl rsidtbl generator themedata colorschememapping datastore latentstyles "
    b"filetbl xmlnstbl fldinst pntext nonshppict annotation atnid atnauthor bkmkstart bkmkend mmathPr".split()
)
_SIGNS = {
    b"par": "\n\n",
    b"sect": "\n\n",
    b"page": "\n\n",
    b"line": "\n",
    b"row": "\n",
    b"tab": "\t",
    b"cell": " | ",
    b"nestcell": " | ",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
}
_ESCAPED = {b"~": "\xa0", b"_": "\u2011", b"\n": "\n\n", b"\r": "\n\n", b"\\": "\\", b"{": "{", b"}": "}"}
_CODE_PAGES = {b"mac": "mac_roman", b"pc": "cp437", b"pca": "cp850", b"ansi": "cp1252"}


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it."""

    skipped: bool = False
    fallback_length: int = 1


@dataclass(slots=True)
class _Reader:
    parts: list[str] = field(default_factory=list[str])
    pending: bytearray = field(default_factory=bytearray)
    encoding: str = "cp1252"
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list[_State])
    to_skip: int = 0
    high: int = 0

    def read(self, content: bytes) -> str:
        for token in _TOKEN.finditer(content):
            word, number, code, sign, brace, plain = token.groups()
            if code is not None:
                self._bytes(bytes([int(code, 16)]))
            elif plain is not None:
                self._bytes(plain)
            elif word is not None:
                self._word(word, int(number) if number is not None else None)
            elif brace is not None:
                self._brace(brace)
            elif sign == b"*":
                self.state = _State(skipped=True, fallback_length=self.state.fallback_length)
            elif sign in _ESCAPED:
                self._text(_ESCAPED[sign])
        self._flush()
        return "".join(self.parts)

    def _bytes(self, data: bytes) -> None:
        # After a character in Unicode stands the same for programs that know none: it is passed over.
        passed = min(self.to_skip, len(data))
        self.to_skip -= passed
        if not self.state.skipped:
            self.pending += data[passed:]

    def _text(self, text: str) -> None:
        self._flush()
        if not self.state.skipped:
            self.parts.append(text)

    def _flush(self) -> None:
        if self.pending:
            self.parts.append(self.pending.decode(self.encoding, "replace"))
            self.pending.clear()

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._unicode(number & 0xFFFF)
        elif word == b"uc":
            self.state = _State(self.state.skipped, min(max(number or 0, 0), 8))
        elif word == b"bin":
            self.to_skip = max(number or 0, 0)
        elif word == b"ansicpg" and number:
            self.encoding = _known(f"cp{number}")
        elif word in _CODE_PAGES:
            self.encoding = _CODE_PAGES[word]
        elif word in _DESTINATIONS:
            self._flush()
            self.state = _State(skipped=True, fallback_length=self.state.fallback_length)
        elif word in _SIGNS:
            self._text(_SIGNS[word])

    def _unicode(self, code: int) -> None:
        self.to_skip = self.state.fallback_length
        if 0xD800 <= code < 0xDC00:  # noqa: PLR2004 - the first half of a character in UTF-16
            self.high = code
            return
        if self.high and 0xDC00 <= code < 0xE000:  # noqa: PLR2004 - the second half
            code = 0x10000 + ((self.high - 0xD800) << 10) + (code - 0xDC00)
        self.high = 0
        self._text(chr(code))

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self.to_skip = 0
        if brace == b"{":
            self.stack.append(self.state)
        elif self.stack:
            self.state = self.stack.pop()


def _known(name: str) -> str:
    try:
        return codecs.lookup(named_encoding(name) or "cp1252").name
    except LookupError:
        return "cp1252"


def read_rtf(content: bytes, limits: ReadingLimits) -> Document:
    """The text in paragraphs."""
    builder = TextBuilder(limits.characters)
    for paragraph in re.split(r"\n{2,}", _Reader().read(content)):
        lines = (line.strip(" \t").removesuffix("|").rstrip() for line in paragraph.split("\n"))
        builder.block("\n".join(line for line in lines if line))
    return builder.build(media_type=Kind.RTF.value)
