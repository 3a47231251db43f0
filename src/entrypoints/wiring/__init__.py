"""The composition root: every use case over one adapter a port. Which adapters, say the modules beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from application.access.once import Once
from application.access.tokens import Authenticate, IssueToken, ListTokens, RevokeToken
from application.answering.ask_question import AskQuestion
from application.answering.await_answer import AwaitAnswer
from application.answering.follow_run import FollowRun
from application.answering.interrupt_lost_runs import InterruptLostRuns
from application.answering.run_events import RunEvents
from application.answering.stop_run import StopRun
from application.answering.write_answer import WriteAnswer
from application.conversations.add_message import AddMessage
from application.conversations.create_conversation import CreateConversation
from application.conversations.delete_conversation import DeleteConversation
from application.conversations.list_conversations import ListConversations
from application.conversations.list_messages import ListMessages
from application.conversations.rate_message import RateMessage
from application.conversations.read_conversation import ReadConversation
from application.conversations.update_conversation import UpdateConversation
from application.sources.add_sources import AddSources
from application.sources.entries import Entries
from application.sources.examine_sources import ExamineSources
from application.sources.index_version import IndexVersion
from application.sources.ingest_source import IngestSource
from application.sources.list_sources import ListSources
from application.sources.read_source import ReadSource, ReadSourceContent, ReadSourceText
from application.sources.reindex import Reindex
from application.sources.remove_source import RemoveSource
from application.sources.repair_sources import RepairSources
from application.sources.resume_ingestion import ResumeIngestion
from application.sources.search_passages import SearchPassages
from application.sources.tidy_sources import TidySources
from entrypoints.use_cases import UseCases

if TYPE_CHECKING:
    from application.ports.answerer import Answerer
    from application.ports.background import Background
    from application.ports.clock import Clock
    from application.ports.content_store import ContentStore
    from application.ports.document_reader import DocumentReader
    from application.ports.generations import Generations
    from application.ports.job_queue import JobQueue
    from application.ports.locks import Locks
    from application.ports.retriever import Retriever
    from application.ports.run_log import RunLog
    from application.ports.source_index import SourceIndex
    from application.ports.unit_of_work import StartUnitOfWork
    from application.ports.web_fetcher import WebFetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapters:
    """One field a port. The type checker proves, where this is built, that each adapter fits its port. `source_index`
    and `retriever` are those of the current generation, whichever that is, for who only reads."""

    start_unit_of_work: StartUnitOfWork
    generations: Generations
    source_index: SourceIndex
    retriever: Retriever
    content_store: ContentStore
    document_reader: DocumentReader
    web_fetcher: WebFetcher
    answerer: Answerer
    run_log: RunLog
    job_queue: JobQueue
    locks: Locks
    background: Background
    clock: Clock


def use_cases(adapters: Adapters) -> UseCases:
    """Every use case over these adapters."""
    a = adapters
    start, clock = a.start_unit_of_work, a.clock
    write_answer = WriteAnswer(
        start_unit_of_work=start,
        source_index=a.source_index,
        content_store=a.content_store,
        retriever=a.retriever,
        answerer=a.answerer,
        run_log=a.run_log,
        clock=clock,
    )
    run_events = RunEvents(start_unit_of_work=start, run_log=a.run_log)
    entries = Entries(generations=a.generations, content_store=a.content_store, locks=a.locks)
    index_version = IndexVersion(content_store=a.content_store, document_reader=a.document_reader)
    tidy_sources = TidySources(entries=entries, content_store=a.content_store, index_version=index_version)
    return UseCases(
        create_conversation=CreateConversation(start_unit_of_work=start, clock=clock),
        list_conversations=ListConversations(start_unit_of_work=start),
        read_conversation=ReadConversation(start_unit_of_work=start),
        list_messages=ListMessages(start_unit_of_work=start),
        update_conversation=UpdateConversation(start_unit_of_work=start, clock=clock),
        delete_conversation=DeleteConversation(start_unit_of_work=start, run_log=a.run_log),
        add_message=AddMessage(start_unit_of_work=start, clock=clock),
        rate_message=RateMessage(start_unit_of_work=start),
        ask_question=AskQuestion(
            start_unit_of_work=start,
            source_index=a.source_index,
            run_log=a.run_log,
            background=a.background,
            clock=clock,
            write_answer=write_answer,
        ),
        follow_run=FollowRun(run_events=run_events, run_log=a.run_log),
        await_answer=AwaitAnswer(run_events=run_events),
        stop_run=StopRun(run_events=run_events, run_log=a.run_log),
        interrupt_lost_runs=InterruptLostRuns(start_unit_of_work=start, run_log=a.run_log, clock=clock),
        add_sources=AddSources(
            entries=entries,
            content_store=a.content_store,
            web_fetcher=a.web_fetcher,
            job_queue=a.job_queue,
            clock=clock,
        ),
        ingest_source=IngestSource(
            entries=entries, content_store=a.content_store, index_version=index_version, clock=clock
        ),
        list_sources=ListSources(source_index=a.source_index),
        read_source=ReadSource(source_index=a.source_index),
        read_source_text=ReadSourceText(source_index=a.source_index, content_store=a.content_store),
        read_source_content=ReadSourceContent(source_index=a.source_index, content_store=a.content_store),
        remove_source=RemoveSource(entries=entries, content_store=a.content_store),
        search_passages=SearchPassages(source_index=a.source_index, retriever=a.retriever),
        resume_ingestion=ResumeIngestion(source_index=a.source_index, job_queue=a.job_queue),
        tidy_sources=tidy_sources,
        reindex=Reindex(entries=entries, index_version=index_version),
        examine_sources=ExamineSources(entries=entries, content_store=a.content_store),
        repair_sources=RepairSources(
            entries=entries, content_store=a.content_store, index_version=index_version, tidy_sources=tidy_sources
        ),
        once=Once(start_unit_of_work=start, clock=clock),
        authenticate=Authenticate(start_unit_of_work=start),
        issue_token=IssueToken(start_unit_of_work=start, clock=clock),
        list_tokens=ListTokens(start_unit_of_work=start),
        revoke_token=RevokeToken(start_unit_of_work=start),
    )
