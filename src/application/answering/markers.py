"""Tell the `[n]` markers in a streamed answer from its text.

The text that comes out holds no bracketed number that could be taken for a marker: those are given apart, so that
whoever reads them decides which ones stand. Code keeps its brackets. A link named by a number is renamed (`[1](u)`
becomes `[(1)](u)`), and brackets around what can be no passage's number (`[0]`, `[1998]`) are escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_GREATEST = 99
_LONGEST_MARKER = 48
_LONGEST_LINK = 500
_LONGEST_CODE = 1000
_LONGEST_FENCE_LINE = 200

_PLAIN = re.compile(r"[^\[【`~\\\n \t]+")
_SPACE = re.compile(r"[ \t]+")
_RUN = re.compile(r"`+|~+")
_LINE_PREFIX = re.compile(r"(?:>|[-*+]|\d{1,9}[.)])+\Z")
_MARKER = re.compile(
    r"""\s*(?:\^|(?:sources?|passages?|citations?|references?|refs?|quellen?)\s*[:#]?\s*)?
        (\d{1,4}(?:\s*(?:[,;&–-]|and|und)\s*(?:\^|sources?\s+)?\d{1,4})*)
        \s*(?:†[^\]】\n]*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_OPEN_MARKER = re.compile(r"[^\S\n]*[\w^][\w \t,;&:#^–-]*(?:†[^\]】\n]*)?|[^\S\n]*")
_CLOSING = {"[": "]", "【": "】"}
_CLINGS_LEFT = frozenset(".,;:!?)。，、；：！？")
_WOULD_LINK = frozenset("([:")


class MarkerFilter:
    """Feed it the answer as it comes. How it is cut into pieces makes no difference to what comes out.

    It keeps back what is not decided yet: white space, a bracket that may become a marker, the beginning of a code
    span; each up to a bound.
    """

    def __init__(self) -> None:
        self._held = ""
        self._space = ""
        self._fence: str | None = None
        self._line_is_open = True  # nothing but quote and list marks stands on this line so far
        self._after_marker = False
        self._out: list[str | int] = []

    def feed(self, text: str) -> Sequence[str | int]:
        """The text and the marker numbers that are certain now, in order."""
        self._held += text
        return self._take(final=False)

    def flush(self) -> Sequence[str | int]:
        """What was kept back: the text ends here, or something else comes in between."""
        pieces = self._take(final=True)
        if self._space:
            pieces = [*pieces, self._space]
            self._space = ""
        return pieces

    def _take(self, *, final: bool) -> list[str | int]:
        at = 0
        while at < len(self._held):
            used = self._in_fence(at, final=final) if self._fence else self._in_text(at, final=final)
            if used == 0:
                break
            at += used
        self._held = self._held[at:]
        out, self._out = self._out, []
        return out

    # Each of the following looks at what is held from `at` on, gives out what is certain, and returns how many
    # characters that used up: none where it takes more text to decide.

    def _in_text(self, at: int, *, final: bool) -> int:
        character = self._held[at]
        if character in " \t":
            space = _match(_SPACE, self._held, at)
            self._space += space
            return len(space)
        if character == "\n":
            self._say("\n")
            self._line_is_open = True
            return 1
        if character in _CLOSING:
            return self._bracket(at, final=final)
        if character == "\\":
            return self._escape(at, final=final)
        if character in "`~":
            return self._code(at, final=final)
        plain = _match(_PLAIN, self._held, at)
        if self._line_is_open and not _LINE_PREFIX.match(plain):
            # Cut so that the decision is the same whether "1" and ")" arrive together or apart.
            self._line_is_open = _may_be_prefix(plain) and not final and at + len(plain) == len(self._held)
            if self._line_is_open:
                self._line_is_open = True
                return 0
        self._say(plain)
        return len(plain)
