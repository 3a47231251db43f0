"""advanced-alchemy's repositories, one a table: rows looked up by columns, and new ones added."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository

from adapters.database.rows import AccessTokenRow, ConversationRow, IdempotencyKeyRow, MessageRow, RunRow

if TYPE_CHECKING:
    from adapters.database.transaction import Transaction


class ConversationRows(SQLAlchemyAsyncRepository[ConversationRow]):
    """Conversations, without their tags."""

    model_type = ConversationRow


class MessageRows(SQLAlchemyAsyncRepository[MessageRow]):
    """Messages, without their siblings."""

    model_type = MessageRow


class RunRows(SQLAlchemyAsyncRepository[RunRow]):
    """Runs under way."""

    model_type = RunRow


class AccessTokenRows(SQLAlchemyAsyncRepository[AccessTokenRow]):
    """Access tokens."""

    model_type = AccessTokenRow


class IdempotencyKeyRows(SQLAlchemyAsyncRepository[IdempotencyKeyRow]):
    """Idempotency keys."""

    model_type = IdempotencyKeyRow


Rows = TypeVar("Rows", ConversationRows, MessageRows, RunRows, AccessTokenRows, IdempotencyKeyRows)


def repository(kind: type[Rows], transaction: Transaction) -> Rows:
    """A repository that leaves committing to the unit of work, errors to the engine, and no row in the session:
    rows become domain objects at once, so nothing read can go stale."""
    return kind(
        session=transaction.session,
        auto_commit=False,
        auto_refresh=False,
        auto_expunge=True,
        wrap_exceptions=False,
    )
