"""What the splitter does with models whose tokens depend on where a text begins."""

from __future__ import annotations

from adapters.memory.embedder import HashEmbedder
from adapters.splitting.splitter import SentenceSplitter
from domain.document import Document, SectionSpan


class StartCostly(HashEmbedder):
    """Makes three tokens more of every text than of the same text inside a longer one."""

    def count_tokens(self, text: str) -> int:
        return super().count_tokens(text) + 3


async def test_a_chunk_is_counted_as_it_will_be_embedded() -> None:
    embedder = StartCostly()
    text = "ship " * 500

    chunks = await SentenceSplitter(embedder, passage_tokens=20).split(Document(text=text, media_type="text/plain"))

    assert max(embedder.count_tokens(text[chunk.start : chunk.end]) for chunk in chunks) == 20


async def test_a_chunk_has_at_least_a_token_whatever_room_is_left() -> None:
    embedder = HashEmbedder(max_tokens=4)
    text = "A ship came in."
    document = Document(text=text, media_type="text/plain", title="The ledger of the harbour and of all its ships")

    chunks = await SentenceSplitter(embedder).split(document)

    assert [text[chunk.start : chunk.end] for chunk in chunks] == ["A", "ship", "came", "in", "."]


async def test_a_long_section_is_not_joined_to_a_small_one_under_other_headings() -> None:
    small, long = "One line.\nAnother.\n\n", "A ship came in. " * 500
    document = Document(
        text=small + long,
        media_type="text/markdown",
        sections=(
            SectionSpan(("A",), 0, len(small)),
            SectionSpan(("B",), len(small), len(small) + len(long)),
        ),
    )

    chunks = await SentenceSplitter(HashEmbedder()).split(document)

    assert [chunk.section for chunk in chunks[:2]] == ["A", "B"]
