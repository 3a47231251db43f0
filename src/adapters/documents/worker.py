"""The reading process: reads documents from its standard input, one after the other, within hard bounds.

Started as `python -m adapters.documents.worker`. It ends when its input ends, that is, whenever and however the
service ends; it ends itself when a document costs too much. It can write no file.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
from collections.abc import Generator
from typing import BinaryIO

from adapters.documents.exchange import LENGTH, TOO_MUCH_MEMORY, Reply, Request, decode_request, framed
from adapters.documents.reading import read_document
from domain.errors import DomainError

_CHECK_EVERY = 0.05
_GRACE = 5.0
_WORN_AFTER = 200
_WORN_MEMORY = 400 * 1024 * 1024
_IS_MACOS = sys.platform == "darwin"


def main() -> None:
    """Read until there is nothing more to read."""
    source, sink = _take_pipes()
    _give_up_rights()
    parent = os.getppid()
    done = 0
    while True:
        head = source.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return
        request = decode_request(source.read(LENGTH.unpack(head)[0]))
        done += 1
        with _bounded(request, parent):
            reply = _answer(request)
        # What one document took is seldom given back by all libraries.
        reply.worn = done >= _WORN_AFTER or peak_memory() > _WORN_MEMORY
        sink.write(framed(reply))
        sink.flush()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the service; a library that prints must not print into them."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return source, sink


def _give_up_rights() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the service, which ends this process by its pipe
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))


def _answer(request: Request) -> Reply:
    try:
        return Reply(
            document=read_document(
                request.content, name=request.name, media_type=request.media_type, limits=request.limits
            )
        )
    except DomainError as refusal:
        return Reply(code=refusal.code, detail=refusal.detail)
    except MemoryError:
        os._exit(TOO_MUCH_MEMORY)


def peak_memory() -> int:
    """The most memory that this program ever held, in bytes."""
    # Linux hands the high-water mark that `getrusage` tells down from the parent, which may be far larger.
    with contextlib.suppress(OSError, StopIteration), open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - a path object costs an import
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if _IS_MACOS else peak * 1024


@contextlib.contextmanager
def _bounded(request: Request, parent: int) -> Generator[None, None, None]:
    """Time and memory are bounded by the kernel, which no library can hold up; and by a thread, for systems whose
    kernel does not bound memory and for the case that the service is gone."""
    signal.setitimer(signal.ITIMER_REAL, request.limits.seconds + _GRACE)  # SIGALRM, unhandled, ends the process
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + request.limits.memory_bytes, hard))
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(over, request.limits.memory_bytes, parent), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
        signal.setitimer(signal.ITIMER_REAL, 0)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _watch(over: threading.Event, memory: int, parent: int) -> None:
    while not over.wait(_CHECK_EVERY):
        if peak_memory() > memory:
            os._exit(TOO_MUCH_MEMORY)
        if os.getppid() != parent:
            os._exit(0)


def _address_space() -> int:
    """What is mapped already: libraries, mostly, and more than is ever touched."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a path object costs an import
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


if __name__ == "__main__":
    main()
