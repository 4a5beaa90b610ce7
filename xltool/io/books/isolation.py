"""Reading workbooks in processes of their own, so that nothing a file does can hurt the batch.

A parser may abort, panic, hang or eat all memory on a file made for it; then its process dies and the file has
a finding. The processes are started as programs, not forked: that is the same on every system, and safe
beside threads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

from xltool.io.books.guard import MAX_FILE
from xltool.io.books.wire import Malformed, load_answer
from xltool.io.books.worker import ENDS, GOES_ON, LENGTH, READY, Limits, crashed
from xltool.model.book import Book
from xltool.model.finding import Refused, refuse

PARSER = "xltool.io.books.containers:open_book"
# The largest honest answer is a workbook at every limit of the guard: 60 MB.
_MAX_ANSWER = 128 * 1024 * 1024
_STARTING_SECONDS = 30
# Imports only from where this process does, whatever lies in the current folder.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv.pop().split({sep!r}); "
    "from xltool.io.books import worker; worker.main(sys.argv[1:])"
)
_ROOT = str(Path(__file__).resolve().parents[3])
# On Windows a console program would open a window.
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class Reader:
    """Opens workbooks in up to `jobs` processes, started when first needed and used for many files.

    `parser` names the function that runs in them, as ``module:function``.
    """

    def __init__(self, jobs: int = 1, limits: Limits = Limits(), parser: str = PARSER) -> None:  # noqa: B008 - frozen
        self._jobs = jobs
        self._workers: SimpleQueue[_Worker] = SimpleQueue()
        for _ in range(jobs):
            self._workers.put(_Worker(limits, parser))

    def open_book(self, data: bytes) -> Book:
        """The workbook in `data`. Raises Refused, and nothing else."""
        answer = self.answer(data)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def answer(self, data: bytes) -> Book | Refused:
        """The same, with the refusal as a value."""
        worker = self._workers.get()
        try:
            return worker.answer(data)
        finally:
            self._workers.put(worker)

    def read_many(self, items: Iterable[bytes]) -> Iterator[Book | Refused]:
        """The answer on each of `items` in their order; a few are read ahead, never all."""
        with ThreadPoolExecutor(self._jobs) as pool:
            waiting: deque[Future[Book | Refused]] = deque()
            for data in items:
                waiting.append(pool.submit(self.answer, data))
                if len(waiting) > 2 * self._jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def close(self) -> None:
        """End all processes; a later file starts them again."""
        workers = [self._workers.get() for _ in range(self._jobs)]
        for worker in workers:
            worker.stop()
            self._workers.put(worker)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """One process, and how to replace it."""

    def __init__(self, limits: Limits, parser: str) -> None:
        self._limits = limits
        self._arguments = (parser, str(limits.memory), str(limits.cpu))
        self._process: _Process | None = None

    def answer(self, data: bytes) -> Book | Refused:
        if len(data) > MAX_FILE:
            return refuse("FILE-TOO-LARGE", megabytes=MAX_FILE // (1024 * 1024))
        try:
            process = self._running()
            return refuse("READER-NOT-STARTED") if process is None else self._ask(process, data)
        except BaseException:
            # An answer still on its way must never be taken for that of the next file.
            self.stop()
            raise

    def _running(self) -> _Process | None:
        """The process, started where there is none; None where it will not start."""
        if self._process is None or not self._process.alive:
            self.stop()
            try:
                self._process = _Process(self._arguments)
            except OSError:
                return None
            if not self._process.ready():
                self.stop()
        return self._process

    def _ask(self, process: _Process, data: bytes) -> Book | Refused:
        with _Watch(process, self._limits.wall) as watch:
            answer = process.ask(data)
        if answer is not None and answer[0] == GOES_ON and not watch.killed:
            return _understood(answer[1])
        out_of_time = self.stop() == _OUT_OF_CPU or watch.killed
        if answer is not None:
            return _understood(answer[1])
        return refuse("FILE-TIMEOUT", seconds=self._limits.wall) if out_of_time else crashed()

    def stop(self) -> int | None:
        """End the process. Its exit code, None where there was none."""
        process, self._process = self._process, None
        return process.stop() if process is not None else None


_OUT_OF_CPU = -24
"""The exit code of a process ended by SIGXCPU, on Linux and macOS alike."""


def _understood(content: bytes) -> Book | Refused:
    try:
        return load_answer(content)
    except Malformed:
        return crashed()


class _Process:
    """A running `xltool.io.books.worker`, spoken to through pipes."""

    def __init__(self, arguments: Iterable[str]) -> None:
        paths = [_ROOT, *(path for path in sys.path if path)]
        self._popen = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM.format(sep=os.pathsep), *arguments, os.pathsep.join(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Libraries complain at length about broken files; a developer may want to see it.
            stderr=None if os.environ.get("XLTOOL_TRACEBACK") else subprocess.DEVNULL,
            creationflags=_NO_WINDOW,
        )
        self._stop = weakref.finalize(self, _end, self._popen)

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def ready(self) -> bool:
        """Wait until it has loaded its parser."""
        with _Watch(self, _STARTING_SECONDS) as watch:
            greeting = _exactly(self._output, len(READY))
        return greeting == READY and not watch.killed

    def ask(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Whether it goes on, and its answer on `data`; None where it died or speaks nonsense."""
        try:
            self._input.write(LENGTH.pack(len(data)))
            self._input.write(data)
            self._input.flush()
        except OSError:
            return None
        head = _exactly(self._output, 1 + LENGTH.size)
        if head is None or head[:1] not in (GOES_ON, ENDS):
            return None
        (length,) = LENGTH.unpack(head[1:])
        content = _exactly(self._output, length) if length <= _MAX_ANSWER else None
        return None if content is None else (head[:1], content)

    def kill(self) -> None:
        self._popen.kill()

    def stop(self) -> int | None:
        """End it. Its exit code."""
        self._stop()
        return self._popen.returncode

    @property
    def _input(self) -> BinaryIO:
        assert self._popen.stdin is not None
        return self._popen.stdin  # type: ignore[return-value]  # binary, as asked for

    @property
    def _output(self) -> BinaryIO:
        assert self._popen.stdout is not None
        return self._popen.stdout  # type: ignore[return-value]  # binary, as asked for


class _Watch:
    """Kills the process unless the work in its `with` block ends in time."""

    def __init__(self, process: _Process, seconds: float) -> None:
        self.killed = False
        self._process = process
        self._timer = threading.Timer(seconds, self._kill)
        self._timer.daemon = True

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        # Once it has ended it is known whether it killed; it must never hit the next file.
        self._timer.join()

    def _kill(self) -> None:
        self.killed = True
        self._process.kill()


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    """So many bytes, None where the stream ends before."""
    try:
        data = stream.read(length)
    except OSError:
        return None
    return data if len(data) == length else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that has nothing left to do, or that nobody waits for any more."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
    try:
        process.wait(0.2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
