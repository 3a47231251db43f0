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
_LONGEST_RANGE = 20
_LONGEST_MARKER = 48
_LONGEST_LINK = 500
_LONGEST_CODE = 1000
_LONGEST_FENCE_LINE = 200
_FENCE = 3

_PLAIN = re.compile(r"[^\[【`~\\\s]+")
_SPACE = re.compile(r"\s+")
_RUN = re.compile(r"`+|~+")
_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_LINE_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*[ \t>]*")
_FENCE_LINE = re.compile(r"[ \t>]*(`*|~*)\s*")
_INSIDE = re.compile(r"[\w \t,;&:#^–-]*(?:†[^\]】\n]*)?")
_DIGITS = re.compile(r"[\d ,–-]*")
_MARKER = re.compile(
    r"""\s*(?:\^|(?:sources?|passages?|citations?|references?|refs?|quellen?)\s*[:#]?\s*)?
        (\d{1,6}(?:\s*(?:[,;&–-]|and|und)\s*(?:\^|sources?\s+)?\d{1,6})*)
        \s*(?:†.*)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
_CLOSING = {"[": "]", "【": "】"}
_CLINGS_LEFT = frozenset(".,;:!?)。，、；：！？")
# `[1](…)`, `[1][…]` and `[1]:` mean something else in Markdown, and `[[9]1]` must not close up to `[1]`.
_WOULD_JOIN = frozenset("([:0123456789")


class MarkerFilter:
    """Feed it the answer as it comes. How it is cut into pieces makes no difference to what comes out.

    It keeps back what is not decided yet: white space, a bracket that may become a marker, the beginning of a code
    span; each up to a bound.
    """

    def __init__(self) -> None:
        self._held = ""
        self._space = ""
        self._line = ""  # the beginning of the line that the text is on
        self._fence = ""
        self._after_marker = False
        self._out: list[str | int] = []

    def feed(self, text: str) -> Sequence[str | int]:
        """The text and the marker numbers that are certain now, in order."""
        self._held += text
        return self._take(final=False)

    def flush(self) -> Sequence[str | int]:
        """What was kept back: the text ends here, or a marker from elsewhere comes next. White space at the end stays
        back until more text comes, so that a marker stands close behind its claim."""
        pieces = self._take(final=True)
        self._after_marker = True
        return pieces

    def _take(self, *, final: bool) -> Sequence[str | int]:
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
    # characters that used up: 0 where it takes more text to decide.

    def _in_text(self, at: int, *, final: bool) -> int:
        character = self._held[at]
        if character in _CLOSING:
            return self._bracket(at, final=final)
        if character == "\\":
            return self._escape(at, final=final)
        if character in "`~":
            return self._code(at, final=final)
        if space := _SPACE.match(self._held, at):
            self._space += space[0]
            return len(space[0])
        plain = _PLAIN.match(self._held, at)
        return self._say(plain[0] if plain else character)

    def _bracket(self, at: int, *, final: bool) -> int:
        opening = self._held[at]
        end = _end_of(_INSIDE, self._held, at + 1)
        if end - at > _LONGEST_MARKER:
            return self._say(opening)
        if end == len(self._held):
            return self._say(opening) if final else 0
        marker = _MARKER.fullmatch(self._held, at + 1, end)
        if self._held[end] != _CLOSING[opening] or not marker:
            return self._say(opening)
        linked = opening == "[" and self._is_link(end + 1, final=final)
        if linked is None:
            return 0
        inside, numbers = self._held[at + 1 : end], _numbers_in(marker[1])
        if linked:
            self._say(f"[({inside})]")
        elif not numbers:
            self._say(f"\\[{inside}\\]")
        else:
            self._mark(numbers)
        return end + 1 - at

    def _is_link(self, at: int, *, final: bool) -> bool | None:
        """Whether a link's destination begins here; None where more text must tell."""
        ahead = self._held[at : at + _LONGEST_LINK]
        if ahead and ahead[0] != "(":
            return False
        stop = re.search(r"[\s)]", ahead)
        if stop:
            return stop[0] == ")" and stop.start() > 1
        return False if final or len(ahead) == _LONGEST_LINK else None

    def _escape(self, at: int, *, final: bool) -> int:
        if at + 1 == len(self._held):
            return self._say("\\") if final else 0
        following = self._held[at + 1]
        if following != "[":
            return self._say("\\") if following.isspace() or following.isalnum() else self._say("\\" + following)
        end = _end_of(_DIGITS, self._held, at + 2)
        if end == len(self._held) and end - at < _LONGEST_MARKER and not final:
            return 0
        inside = self._held[at + 2 : end]
        if inside.strip() and self._held[end : end + 1] == "]" and end - at < _LONGEST_MARKER:
            self._say(f"\\[{inside}\\]")
            return end + 1 - at
        return self._say("\\[")

    def _code(self, at: int, *, final: bool) -> int:
        end = _end_of(_RUN, self._held, at)
        if end == len(self._held) and not final:
            return 0
        run = self._held[at:end]
        line = (self._line + self._space).rpartition("\n")[2]
        if len(run) >= _FENCE and _LINE_PREFIX.fullmatch(line):
            used = self._open_fence(at, run, final=final)
            if used is not None:
                return used
        return self._say(run) if run[0] == "~" else self._code_span(at, run, final=final)

    def _open_fence(self, at: int, run: str, *, final: bool) -> int | None:
        """As the others; None where no fence begins here."""
        ahead = self._held[at : at + _LONGEST_FENCE_LINE]
        line, newline, _ = ahead.partition("\n")
        if not newline and not final and len(ahead) < _LONGEST_FENCE_LINE:
            return 0
        if (not newline and len(ahead) == _LONGEST_FENCE_LINE) or (run[0] == "`" and "`" in line[len(run) :]):
            return None
        self._fence = run
        return self._say(line + newline)

    def _code_span(self, at: int, run: str, *, final: bool) -> int:
        window = self._held[at : at + _LONGEST_CODE]
        whole = final or len(window) == _LONGEST_CODE
        blank = _BLANK_LINE.search(window)
        stop = blank.start() if blank else len(window)
        for ticks in _TICKS.finditer(window, len(run), stop):
            if ticks.end() == len(window) and not whole:
                return 0
            if ticks[0] == run:
                return self._say(window[: ticks.end()])
        return self._say(run) if blank or whole else 0

    def _in_fence(self, at: int, *, final: bool) -> int:
        newline = self._held.find("\n", at)
        line = self._held[at : newline + 1 or len(self._held)]
        closing = None if self._line else _FENCE_LINE.fullmatch(line)
        if newline < 0 and closing and not final and len(line) < _LONGEST_FENCE_LINE:
            return 0
        if closing and closing[1].startswith(self._fence):
            self._fence = ""
        return self._say(line)

    def _say(self, text: str) -> int:
        space = self._space
        if self._after_marker:
            if "\n" not in space and text[0] in _CLINGS_LEFT:
                space = ""
            if not space and text[0] in _WOULD_JOIN:
                space = " "
        self._give(space + text)
        self._space = ""
        self._after_marker = False
        return len(text)

    def _mark(self, numbers: Sequence[int]) -> None:
        self._give(self._space.rstrip(" \t"))
        self._space = ""
        self._line += "["
        self._out.extend(numbers)
        self._after_marker = True

    def _give(self, text: str) -> None:
        if self._out and isinstance(self._out[-1], str):
            self._out[-1] += text
        elif text:
            self._out.append(text)
        _, newline, rest = text.rpartition("\n")
        self._line = (rest if newline else self._line + text)[:_LONGEST_FENCE_LINE]


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where the match that begins at `at` ends; `at` itself where there is none."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _numbers_in(text: str) -> Sequence[int]:
    """The numbers of a marker, ranges written out; none at all where one can't be a passage's."""
    numbers: list[int] = []
    for match in _NUMBERS.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 < first <= last <= min(_GREATEST, first + _LONGEST_RANGE):
            return ()
        numbers.extend(range(first, last + 1))
    return tuple(dict.fromkeys(numbers))
