"""The process that parses: files in on standard input, answers out on standard output, until the input ends.

A message is its length in four bytes and its content; an answer has one byte before it that says whether the
process will go on. It is started by `xltool.io.books.isolation` and by nobody else.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from xltool.cycles import look_seldom
from xltool.io.books import launching
from xltool.io.books.wire import dump_answer
from xltool.model.book import Book
from xltool.model.finding import Finding, Refused

LENGTH = struct.Struct("<I")
READY, GOES_ON, ENDS = b"R", b"+", b"."
MEGABYTE = 1024 * 1024
# A process that has once grown to this size is replaced, so that no file inherits another's memory.
_STOUT = 384 * MEGABYTE

Parse = Callable[[bytes], Book | bytes]
"""Makes a book of a file, or the bytes of an answer of its own kind of a message of its own kind."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take. `memory` in bytes bounds the address space, `cpu` and `wall` are seconds, `answer` the
    bytes it may become: the largest honest one is a workbook at every limit of the guard, 60 MB."""

    memory: int = launching.MEMORY
    cpu: int = launching.CPU
    wall: int = 30
    answer: int = 128 * MEGABYTE


def main(arguments: list[str]) -> None:
    """`arguments`: the parser as ``module:function``, bytes of memory, seconds of CPU."""
    module, _, function = arguments[0].partition(":")
    memory, cpu = map(int, arguments[1:3])
    files, answers = _streams()
    # Ctrl-C reaches every process of the terminal; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parse: Parse = getattr(importlib.import_module(module), function)
    _bound_memory(memory)
    gc.freeze()
    gc.enable()
    look_seldom()
    answers.write(READY)
    answers.flush()
    while True:
        head = files.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return
        allow_cpu(cpu)
        status, content = _answer(parse, files.read(*LENGTH.unpack(head)), memory)
        answers.write(status + LENGTH.pack(len(content)) + content)
        answers.flush()
        if status == ENDS:
            return


def _streams() -> tuple[BinaryIO, BinaryIO]:
    """Input and output; whatever else a library prints goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, answers


def _answer(parse: Parse, data: bytes, memory: int) -> tuple[bytes, bytes]:
    """The status byte and the answer on one file, whatever happens short of death."""
    try:
        answer = _parsed(parse, data)
        content = answer if isinstance(answer, bytes) else dump_answer(answer)
    except MemoryError:
        return ENDS, dump_answer(memory_exceeded(memory))
    except BaseException:  # panics of native libraries are not Exceptions
        sys.excepthook(*sys.exc_info())
        return ENDS, dump_answer(crashed())
    return ENDS if peak() > _STOUT else GOES_ON, content


def _parsed(parse: Parse, data: bytes) -> Book | bytes | Refused:
    try:
        return parse(data)
    except Refused as refused:
        return refused


def memory_exceeded(memory: int) -> Refused:
    """FILE-MEMORY"""
    return Refused(Finding("FILE-MEMORY", "error", args={"megabytes": memory // MEGABYTE}))


def crashed() -> Refused:
    """FILE-CRASHED"""
    return Refused(Finding("FILE-CRASHED", "error"))


# Where the system has no `resource`, the watch of the process that started this one has to do.
if sys.platform == "win32":

    def _bound_memory(memory: int) -> None:
        del memory

    def allow_cpu(seconds: int) -> None:
        """Allow `seconds` of CPU from now on."""
        del seconds

    def peak() -> int:
        """The most memory this process has ever held, 0 where the system does not say."""
        return 0

else:
    import resource

    def _bound_memory(memory: int) -> None:
        _lower(resource.RLIMIT_AS, memory)
        _lower(resource.RLIMIT_CORE, 0)

    def allow_cpu(seconds: int) -> None:
        """Allow `seconds` of CPU from now on; the system counts all that the process has ever used."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + 1 + seconds)

    def peak() -> int:
        """The most memory this process has ever held."""
        # macOS counts bytes, everybody else kilobytes.
        said = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return said if said <= _STOUT else _own_peak(said)

    def _own_peak(said: int) -> int:
        """The same where much is said: on Linux that begins with what the program held that started this one."""
        try:
            with open("/proc/self/status", "rb") as status:
                (kilobytes,) = (int(line.split()[1]) for line in status if line.startswith(b"VmHWM:"))
        except (OSError, ValueError):
            return said
        return kilobytes * 1024

    def _lower(which: int, wanted: int) -> None:
        """Set the soft limit, within the hard one. Some systems know a limit and will not set it."""
        _, hard = resource.getrlimit(which)
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(which, (soft, hard))
        except (ValueError, OSError):
            return
