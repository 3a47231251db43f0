"""The full-text index over titles and messages: which words stand there, and who has those that are looked for.

The words are cut and folded by the domain; each database only finds them: SQLite by FTS5, PostgreSQL by an inverted
index over a `tsvector`. So both find the same, in any language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from adapters.database.rows import ConversationRow, SearchEntryRow
from domain.fulltext import NOTHING, words_of, words_searched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from adapters.database.transaction import Transaction
    from domain.fulltext import Term
    from domain.identity import ConversationId, UserId

_MOST_BYTES = 1_000_000


async def make_findable(
    transaction: Transaction, subject: UUID, text: str, *, conversation_id: ConversationId, owner: UserId
) -> None:
    """Enter the words of a title or message, in the place of earlier ones."""
    words: Any = _kept(words_of(text))
    if transaction.on_postgres:
        words = sa.func.array_to_tsvector(sa.func.string_to_array(words, " "))
    statement = transaction.insert(SearchEntryRow).values(
        user_id=owner, conversation_id=conversation_id, subject_id=subject, words=words
    )
    session = transaction.to_write()
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[SearchEntryRow.subject_id],
            set_={"words": statement.excluded.words},
            where=SearchEntryRow.words != statement.excluded.words,
        )
    )


def conditions_of(transaction: Transaction, search: str, owner: UserId) -> list[sa.ColumnElement[bool]]:
    """What a conversation must meet: each word of the search stands in its title or in one of its messages."""
    found = [_with_terms(transaction, terms, owner) for terms in words_searched(search)]
    if transaction.on_postgres:
        # As arrays they are made once each, whatever the planner thinks of them.
        arrays = [sa.func.array(ids.scalar_subquery(), type_=ARRAY(sa.Uuid())) for ids in found]
        return [ConversationRow.id == sa.any_(array) for array in arrays]
    return [ConversationRow.id.in_(ids) for ids in found]


def _with_terms(transaction: Transaction, terms: Sequence[Term], owner: UserId) -> sa.Select[UUID]:
    if NOTHING in terms:
        return sa.select(SearchEntryRow.conversation_id).where(sa.false())
    # Without the offset, which neither planner looks through, both may read all of the owner's entries and match the
    # words in each, rather than look the words up.
    found = (
        sa.select(SearchEntryRow.user_id, SearchEntryRow.conversation_id)
        .where(_in_postgres(terms) if transaction.on_postgres else _in_sqlite(terms))
        .offset(0)
        .subquery()
    )
    return sa.select(found.c.conversation_id).where(found.c.user_id == owner)


def _in_postgres(terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    query = " & ".join(f"'{term.word}'{':*' if term.prefix else ''}" for term in terms)
    return SearchEntryRow.words.op("@@", is_comparison=True)(sa.cast(query, TSQUERY))


def _in_sqlite(terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    query = " AND ".join(f'"{term.word}"{"*" if term.prefix else ""}' for term in terms)
    index = sa.table("search_index", sa.column("rowid"))
    matches = sa.literal_column("search_index").op("MATCH", is_comparison=True)(query)
    return SearchEntryRow.id.in_(sa.select(index.c.rowid).where(matches))


def _kept(words: Iterable[str]) -> str:
    """The words, as many as PostgreSQL's vectors hold: all, but of the most outlandish text."""
    kept, size = list[str](), 0
    for word in sorted(words):
        size += len(word.encode())
        if size > _MOST_BYTES:
            break
        kept.append(word)
    return " ".join(kept)
