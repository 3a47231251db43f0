"""What every splitter promises, whatever tokens are counted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.embedders import embedder_named

from adapters.splitting.splitter import SentenceSplitter
from application.ports.embedder import Embedder
from application.ports.splitter import Splitter
from application.sources.embedding_text import embedding_text
from domain.document import Chunk, Document, PageSpan, SectionSpan

SPECIAL_TOKENS = 2


@pytest.fixture(params=["memory", "fastembed"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return embedder_named(request.param)


@pytest.fixture
def splitter(embedder: Embedder) -> Splitter:
    return SentenceSplitter(embedder)


def plain(text: str, title: str | None = None) -> Document:
    return Document(text=text, media_type="text/plain", title=title)


def check(document: Document, chunks: Sequence[Chunk], embedder: Embedder) -> None:
    text = document.text
    assert all(0 <= chunk.start < chunk.end <= len(text) for chunk in chunks)
    assert all(one.end <= other.start for one, other in pairwise(chunks))
    for chunk in chunks:
        cut = text[chunk.start : chunk.end]
        assert cut == cut.strip()
        tokens = embedder.count_tokens(embedding_text(document.title, chunk.section, cut))
        assert tokens + SPECIAL_TOKENS <= embedder.model.max_tokens
    edges = [0, *(edge for chunk in chunks for edge in (chunk.start, chunk.end)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))


SENTENCE = "The keeper of the harbour wrote every ship's name into a ledger bound in sailcloth. "
HARD_TEXTS = {
    "one sentence": "A ship came in.",
    "prose": "\n\n".join([SENTENCE * 3] * 40),
    "one line": SENTENCE * 400,
    "no full stop": "ship " * 4000,
    "no spaces": "x" * 20_000,
    "encoded": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo0NTY3ODkw" * 300,
    "japanese": "港の記録係はすべての船の名前を帳簿に書きました。" * 400,
    "japanese without full stops": "港の記録係はすべての船の名前を" * 600,
    "korean": "항구 관리인은 모든 배의 이름을 장부에 적었다. " * 200,
    "thai": "นายท่าจดชื่อเรือทุกลำไว้ในสมุด" * 300,
    "hindi": "बंदरगाह के रक्षक ने हर जहाज का नाम बही में लिखा। " * 200,
    "emoji": "👩‍👩‍👧‍👦🚢" * 2000,
    "accents apart": "e\u0301" * 5000,
    "marks only": "\u0301" * 5000,
    "a table": "| ship | master | tons |\n|---|---|---|\n" + "| Anna | Jansen | 120 |\n" * 500,
    "code": "def load(self, name: str) -> Ship:\n    return self.ships[name]\n\n" * 200,
    "numbers": "\n".join(f"{n}\t{n * 7}\t{n * n}" for n in range(2000)),
    "windows lines": "A ship came in.\r\nA ship went out.\r\n\r\n" * 200,
    "form feeds": ("A ship came in. " * 20 + "\f") * 30,
    "punctuation": "." * 3000 + "!?" * 3000,
    "controls": "\x00\x01\x02" * 3000 + " ship",
    "odd spaces": "ship\u00a0came\u2003in\u3000today\u2028and\u0085left " * 300,
}


@pytest.mark.parametrize("name", HARD_TEXTS)
async def test_all_text_is_covered_once_within_the_models_window(
    name: str, splitter: Splitter, embedder: Embedder
) -> None:
    document = plain(HARD_TEXTS[name], title="The harbour's ledger of 1874, volume two")

    check(document, await splitter.split(document), embedder)


@pytest.mark.parametrize("text", ["", " ", "\n\t\u3000\r\n"])
async def test_white_space_makes_no_chunk(text: str, splitter: Splitter) -> None:
    assert list(await splitter.split(plain(text))) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    words=st.lists(
        st.sampled_from(["ship", "Harbour", "e.g.", "ends.", "\n", "\n\n", "  ", "港。", "é", "x" * 120, "?"])
    ),
    repeat=st.integers(1, 30),
    edges=st.lists(st.integers(0, 2000), max_size=6),
    by=st.sampled_from(["pages", "sections", "both"]),
)
async def test_any_text_with_any_structure_is_covered(
    words: list[str], repeat: int, edges: list[int], by: str, splitter: Splitter, embedder: Embedder
) -> None:
    text = " ".join(words) * repeat
    places = sorted({min(edge, len(text)) for edge in edges})
    spans = list(enumerate(pairwise(places), start=1))
    pages = tuple(PageSpan(number, start, end) for number, (start, end) in spans) if by != "sections" else ()
    sections = tuple(SectionSpan(("Book", f"Part {number}"), start, end) for number, (start, end) in spans)
    sections = sections if by != "pages" else ()
    document = Document(text=text, media_type="text/plain", title="Ledger", pages=pages, sections=sections)

    chunks = await splitter.split(document)

    check(document, chunks, embedder)
    for chunk in chunks:
        touched = {page.number for page in pages if page.start < chunk.end and chunk.start < page.end}
        assert touched == ({chunk.page} if chunk.page else set())


async def test_sentences_stay_whole(splitter: Splitter) -> None:
    text = SENTENCE * 60

    chunks = await splitter.split(plain(text))

    assert len(chunks) > 3
    assert all(text[chunk.start : chunk.end].startswith("The keeper") for chunk in chunks)
    assert all(text[chunk.start : chunk.end].endswith("sailcloth.") for chunk in chunks)


async def test_an_abbreviation_ends_no_chunk(splitter: Splitter) -> None:
    text = "Dr. Smith asked Mr. Jansen of St. Mary's for 3.5 tons of coal, cf. the ledger. " * 60

    chunks = await splitter.split(plain(text))

    assert all(text[chunk.start : chunk.end].endswith("ledger.") for chunk in chunks)


async def test_paragraphs_stay_whole_where_they_fit(splitter: Splitter) -> None:
    paragraphs = [f"Paragraph {n}. {SENTENCE * 5}".strip() for n in range(12)]
    text = "\n\n".join(paragraphs)

    chunks = await splitter.split(plain(text))

    assert all(text[chunk.start : chunk.end].startswith("Paragraph") for chunk in chunks)


async def test_the_last_chunk_is_not_a_crumb(splitter: Splitter, embedder: Embedder) -> None:
    text = SENTENCE * 14

    sizes = [embedder.count_tokens(text[chunk.start : chunk.end]) for chunk in await splitter.split(plain(text))]

    assert len(sizes) == 2
    assert min(sizes) > max(sizes) / 2


async def test_lines_of_a_table_stay_whole(splitter: Splitter) -> None:
    text = HARD_TEXTS["a table"]

    chunks = await splitter.split(plain(text))

    assert all(text[chunk.start : chunk.end].startswith("| ") for chunk in chunks)


async def test_a_letter_keeps_its_accents(splitter: Splitter) -> None:
    text = HARD_TEXTS["accents apart"]

    chunks = await splitter.split(plain(text))

    assert all(text[chunk.start] == "e" for chunk in chunks)


async def test_a_chunk_names_its_page_and_its_headings(splitter: Splitter) -> None:
    page, filler = "Ships of 1874\n\n" + SENTENCE * 4, SENTENCE * 4
    text = page + filler
    document = Document(
        text=text,
        media_type="application/pdf",
        pages=(PageSpan(1, 0, len(page)), PageSpan(2, len(page), len(text))),
        sections=(SectionSpan(("Ledger", "Ships"), 0, len(text)),),
    )

    chunks = await splitter.split(document)

    assert [(chunk.page, chunk.section) for chunk in chunks] == [(1, "Ledger › Ships"), (2, "Ledger › Ships")]


async def test_a_heading_without_text_goes_with_what_follows(splitter: Splitter) -> None:
    title, body = "# Ledger\n\n", f"## Ships\n\n{SENTENCE * 4}"
    document = Document(
        text=title + body,
        media_type="text/markdown",
        sections=(
            SectionSpan(("Ledger",), 0, len(title)),
            SectionSpan(("Ledger", "Ships"), len(title), len(title + body)),
        ),
    )

    (chunk,) = await splitter.split(document)

    assert chunk.start == 0
    assert chunk.section == "Ledger › Ships"


async def test_small_sections_are_put_together_under_the_headings_they_share(splitter: Splitter) -> None:
    lines = [f"## Ship {n}\nA barque.\n" for n in range(4)]
    places = [sum(map(len, lines[:n])) for n in range(5)]
    sections = tuple(
        SectionSpan(("Ledger", f"Ship {n}"), start, end) for n, (start, end) in enumerate(pairwise(places))
    )
    document = Document(text="".join(lines), media_type="text/markdown", sections=sections)

    (chunk,) = await splitter.split(document)

    assert chunk.section == "Ledger"


async def test_long_sections_stay_apart(splitter: Splitter) -> None:
    one, other = "## One\n" + SENTENCE * 5, "## Two\n" + SENTENCE * 5
    document = Document(
        text=one + other,
        media_type="text/markdown",
        sections=(SectionSpan(("One",), 0, len(one)), SectionSpan(("Two",), len(one), len(one + other))),
    )

    assert [chunk.section for chunk in await splitter.split(document)] == ["One", "Two"]


async def test_a_line_of_three_million_characters_is_split(splitter: Splitter, embedder: Embedder) -> None:
    document = plain("ledger " * 428_571)

    chunks = await splitter.split(document)

    assert len(chunks) > 1000


@pytest.mark.parametrize("tokens", [1, 2, 50])
async def test_even_a_tiny_window_is_kept(tokens: int, embedder: Embedder) -> None:
    document = plain("A ship of oak came in from Riga.")

    chunks = await SentenceSplitter(embedder, passage_tokens=tokens).split(document)

    assert all(embedder.count_tokens(document.text[chunk.start : chunk.end]) <= tokens for chunk in chunks)
    check(document, chunks, embedder)
