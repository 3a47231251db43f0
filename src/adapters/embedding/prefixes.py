"""What models want to be told before a query and before a passage; fastembed leaves that to its user."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Put before each text, literally."""

    query: str = ""
    passage: str = ""


_SEARCH_ENGLISH = Prefixes(query="Represent this sentence for searching relevant passages: ")
_E5 = Prefixes(query="query: ", passage="passage: ")
# As the models' own cards say; the first pattern that the name matches counts.
_BY_MODEL: tuple[tuple[str, Prefixes], ...] = (
    (r"baai/bge-.+-en\b", _SEARCH_ENGLISH),
    (r"baai/bge-.+-zh\b", Prefixes(query="为这个句子生成表示以用于检索相关文章：")),
    (r"snowflake/snowflake-arctic-embed-.+-v2", Prefixes(query="query: ")),
    (r"snowflake/snowflake-arctic-embed-", _SEARCH_ENGLISH),
    (r"mixedbread-ai/mxbai-embed-", _SEARCH_ENGLISH),
    (r"intfloat/(multilingual-)?e5-", _E5),
    (r"nomic-ai/nomic-embed-text-", Prefixes(query="search_query: ", passage="search_document: ")),
    (r"google/embeddinggemma-", Prefixes(query="task: search result | query: ", passage="title: none | text: ")),
    (
        r"qwen/qwen3-embedding-",
        Prefixes(query="Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"),
    ),
    (
        r"qdrant/stella-",
        Prefixes(
            query="Instruct: Given a web search query, retrieve relevant passages that answer the query.\nQuery: "
        ),
    ),
)


def prefixes_of(model: str) -> Prefixes:
    """The prefixes of a model by its name; none for a model that is not known to want any."""
    return next((prefixes for pattern, prefixes in _BY_MODEL if re.match(pattern, model.lower())), Prefixes())
