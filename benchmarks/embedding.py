"""How fast passages are embedded, and how long a question waits meanwhile: `python benchmarks/embedding.py`."""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import tempfile
import time
from pathlib import Path

from adapters.embedding.embedder import FastembedEmbedder
from adapters.embedding.models import BUNDLED

_WORDS = [
    "the",
    "archive",
    "keeps",
    "letters",
    "maps",
    "and",
    "ledgers",
    "of",
    "the",
    "harbour",
    "since",
    "its",
    "first",
    "master",
    "counted",
    "ships",
    "by",
    "hand",
]


def passages(count: int, words: int) -> list[str]:
    """Texts of about the same length that are all different."""
    return [" ".join(_WORDS[(n + k * (n % 7 + 1)) % len(_WORDS)] for k in range(words)) for n in range(count)]


async def measure(embedder: FastembedEmbedder, texts: list[str]) -> None:
    """Embed all texts once, while every fifth of a second somebody asks."""
    waits: list[float] = []
    cpu, wall = time.process_time(), time.perf_counter()
    ingest = asyncio.create_task(embedder.embed_passages(texts))
    while not ingest.done():
        begun = time.perf_counter()
        await embedder.embed_query("how many ships did the harbour master count")
        waits.append(1000 * (time.perf_counter() - begun))
        await asyncio.sleep(0.2)
    seconds, used = time.perf_counter() - wall, time.process_time() - cpu
    tokens = statistics.fmean(map(embedder.count_tokens, texts))
    print(f"passages      {len(texts)} of {tokens:.0f} tokens")
    print(f"per second    {len(texts) / seconds:.1f} (per second of processor time {len(texts) / used:.1f})")
    print(f"query waits   median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms, meanwhile")
    print(f"peak memory   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Print the figures of one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BUNDLED)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--words", type=int, default=180)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    begun = time.perf_counter()
    cache = Path(tempfile.gettempdir()) / "quoth-models"
    embedder = FastembedEmbedder.load(options.model, cache=cache, threads=options.threads)
    print(f"load          {time.perf_counter() - begun:.2f} s")
    asyncio.run(measure(embedder, passages(options.passages, options.words)))
    embedder.close()


if __name__ == "__main__":
    main()
