"""What a model's text says to the service rather than to the person, taken out of it as it streams."""

from __future__ import annotations

import re

_TAG = re.compile(r"<\s*/?\s*(unanswered|think)\s*/?\s*>", re.IGNORECASE)
_TAGS = ("<unanswered>", "<think>")
_LONGEST_TAG = 24
_THOUGHT = "</think>"


class ReplyText:
    """Feed it the text as it comes; how it is cut into pieces makes no difference.

    `abstained` is true once the tag that says so stood before anything else. Thoughts that a server left in the text
    are dropped where they open it.
    """

    def __init__(self) -> None:
        self.abstained = False
        self.said = False
        self._held = ""
        self._thinking = False

    def feed(self, text: str) -> str:
        """What may be shown now."""
        self._held += text
        shown = ""
        while self._held:
            used, part = self._thought() if self._thinking else self._next()
            if not used:
                break
            self._held = self._held[used:]
            shown += part
        return shown

    def flush(self) -> str:
        """What was kept back in case it became a tag."""
        held, self._held = self._held, ""
        return "" if self._thinking else self._say(held)

    # Both return how many of the held characters are dealt with, 0 where it takes more to decide, and what to show.

    def _thought(self) -> tuple[int, str]:
        end = self._held.find(_THOUGHT)
        if end < 0:
            return max(0, len(self._held) - len(_THOUGHT)), ""
        self._thinking = False
        return end + len(_THOUGHT), ""

    def _next(self) -> tuple[int, str]:
        plain = self._held.partition("<")[0]
        if plain:
            return len(plain), self._say(plain)
        tag = _TAG.match(self._held)
        if tag is None:
            return (0, "") if _may_become_a_tag(self._held) else (1, self._say("<"))
        if tag[1].lower() == "think":
            if self.said:
                return tag.end(), self._say(tag[0])
            self._thinking = True
        elif not self.said:
            self.abstained = True
        return tag.end(), ""

    def _say(self, text: str) -> str:
        shown = text if self.said else text.lstrip()
        self.said = self.said or bool(shown)
        return shown


def _may_become_a_tag(text: str) -> bool:
    squeezed = re.sub(r"[\s/]", "", text).lower()
    return len(text) < _LONGEST_TAG and any(tag.startswith(squeezed) for tag in _TAGS)
