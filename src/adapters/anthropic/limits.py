"""How long is waited for a model, and how much it is told and may say."""

from __future__ import annotations

from dataclasses import dataclass, replace

_CHARACTERS_A_TOKEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds. A thinking model, or a small machine that reads a long prompt, may be silent for a while; pings do not
    count as signs of life."""

    first_token: float = 120.0
    between_tokens: float = 60.0
    total: float = 600.0
    rewriting: float = 3.0
    check: float = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often a request is sent at all, how long the first pause is, and the longest that a server may ask for."""

    attempts: int = 3
    first_pause: float = 0.5
    longest_pause: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Tokens, as estimated here, rather too many than too few; `answer` is what the model may say, its thinking
    included."""

    passages: int = 24_000
    history: int = 8_000
    answer: int = 8_000
    rewriting: int = 100

    def narrowed(self) -> Budget:
        """For a window that this one did not fit into."""
        return replace(self, passages=self.passages // 3, history=self.history // 6, answer=self.answer // 2)


def tokens_in(text: str) -> int:
    """An estimate that holds for prose in most languages: no model's tokenizer is at hand."""
    return len(text) // _CHARACTERS_A_TOKEN + 1
