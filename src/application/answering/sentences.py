"""Where the sentences of a text are, in any language, in running text as in lists, tables and broken lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WRAPPED_LINE = 30  # a line shorter than this was not broken because it was full

# A full stop and what clings to it, then a space and anything but a small letter; or one that needs no space.
_END = re.compile(
    r"""(?<=[.!?…])["'”’»)\]*_]*(?:\ ?\[[\w ]{1,20}\])*\s+(?=[^a-zß-öø-ÿ\s])|(?<=[。！？])[」』”）]*|\n\s*"""
)
_ABBREVIATION = re.compile(
    r"""(?:^|[\s(])(?:\w|\d\d|[IVX]{2,5}|Dr|Mr|Mrs|Ms|Prof|St|Nr|No|Fig|Abb|Mio|Mrd|bzw|ca|vs|vgl|etc|
    e\.g|i\.e|z\.B|d\.h|u\.a)\.\Z""",
    re.VERBOSE,
)
_LONGEST_ABBREVIATION = 8
_NEW_ITEM = re.compile(r"[-*+•#|>]|\d{1,3}[.)]\s")
_ONE_LINE = re.compile(r"\s*[#|]")  # headings and table rows


def sentence_ranges(text: str) -> Sequence[tuple[int, int]]:
    """Start and end of each sentence, in order, white space around it left out.

    A line's end ends a sentence too, unless it looks like a mere break of a full line: headings and list items have
    no full stop.
    """
    ranges: list[tuple[int, int]] = []
    for start, end in pairwise((0, *_ends(text), len(text))):
        inside = text[start:end]
        if inside.strip():
            ranges.append((start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip())))
    return ranges


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if "\n" in match[0]:
            if not _is_mere_break(text, match):
                yield match.end()
        elif not _ABBREVIATION.search(text[max(0, match.start() - _LONGEST_ABBREVIATION) : match.start()]):
            yield match.end()


def _is_mere_break(text: str, gap: re.Match[str]) -> bool:
    line = text[text.rfind("\n", 0, gap.start()) + 1 : gap.start()].rstrip()
    return (
        gap[0].count("\n") == 1
        and len(line) >= _WRAPPED_LINE
        and line[-1] not in ".!?:;|。！？"
        and not _ONE_LINE.match(line)
        and not _NEW_ITEM.match(text, gap.end())
    )
