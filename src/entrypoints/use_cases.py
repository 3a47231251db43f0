"""Every use case by name: what the entry points may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.access.once import Once
    from application.access.tokens import Authenticate, IssueToken, ListTokens, RevokeToken
    from application.answering.ask_question import AskQuestion
    from application.answering.await_answer import AwaitAnswer
    from application.answering.follow_run import FollowRun
    from application.answering.interrupt_lost_runs import InterruptLostRuns
    from application.answering.stop_run import StopRun
    from application.conversations.add_message import AddMessage
    from application.conversations.create_conversation import CreateConversation
    from application.conversations.delete_conversation import DeleteConversation
    from application.conversations.list_conversations import ListConversations
    from application.conversations.list_messages import ListMessages
    from application.conversations.rate_message import RateMessage
    from application.conversations.read_conversation import ReadConversation
    from application.conversations.update_conversation import UpdateConversation
    from application.sources.add_sources import AddSources
    from application.sources.examine_sources import ExamineSources
    from application.sources.ingest_source import IngestSource
    from application.sources.list_sources import ListSources
    from application.sources.read_source import ReadSource, ReadSourceContent, ReadSourceText
    from application.sources.reindex import Reindex
    from application.sources.remove_source import RemoveSource
    from application.sources.repair_sources import RepairSources
    from application.sources.resume_ingestion import ResumeIngestion
    from application.sources.search_passages import SearchPassages
    from application.sources.tidy_sources import TidySources


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """Built once, in `wiring`."""

    create_conversation: CreateConversation
    list_conversations: ListConversations
    read_conversation: ReadConversation
    list_messages: ListMessages
    update_conversation: UpdateConversation
    delete_conversation: DeleteConversation
    add_message: AddMessage
    rate_message: RateMessage
    ask_question: AskQuestion
    follow_run: FollowRun
    await_answer: AwaitAnswer
    stop_run: StopRun
    interrupt_lost_runs: InterruptLostRuns
    add_sources: AddSources
    ingest_source: IngestSource
    list_sources: ListSources
    read_source: ReadSource
    read_source_text: ReadSourceText
    read_source_content: ReadSourceContent
    remove_source: RemoveSource
    search_passages: SearchPassages
    resume_ingestion: ResumeIngestion
    tidy_sources: TidySources
    reindex: Reindex
    examine_sources: ExamineSources
    repair_sources: RepairSources
    authenticate: Authenticate
    once: Once
    issue_token: IssueToken
    list_tokens: ListTokens
    revoke_token: RevokeToken
