"""Reading workbooks in processes of their own, so that nothing a file does can hurt the batch.

A parser may abort, panic, hang or eat all memory on a file made for it; then its process dies and the file has
a finding. The processes are started as programs, not forked: that is the same on every system, and safe
beside threads.
"""

from __future__ import annotations

import subprocess
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import LifoQueue
from typing import BinaryIO, Generic, TypeVar

from xltool.io.books.guard import MAX_FILE
from xltool.io.books.launching import launch
from xltool.io.books.wire import Malformed, load_answer
from xltool.io.books.worker import ENDS, GOES_ON, LENGTH, MEGABYTE, READY, Limits, crashed
from xltool.model.finding import Refused, refuse

PARSER = "xltool.io.books.containers:open_book"
SUMMARY_PARSER = "xltool.io.books.containers:open_summary"
SUMMARY_LIMITS = Limits(memory=4096 * MEGABYTE, cpu=120, wall=180, answer=1024 * MEGABYTE)
_STARTING_SECONDS = 30
_LOOKING_SECONDS = 0.1
_DYING_SECONDS = 0.2
# Files read ahead for each process.
_AHEAD = 2
Answer = TypeVar("Answer")
Item = TypeVar("Item")
Found = TypeVar("Found")


class Reader(Generic[Answer]):
    """Sends files to up to `jobs` processes, started when first needed and used for many files.

    `parser` names the function that runs in them, as ``module:function``; `load` reads what they answer, and raises
    Malformed where it makes no sense.
    """

    def __init__(
        self,
        jobs: int = 1,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        parser: str = PARSER,
        load: Callable[[bytes], Answer | Refused] = load_answer,  # type: ignore[assignment]
    ) -> None:
        self._jobs = jobs
        self._load = load
        self._watch = _Watch()
        self._stopped = False
        # The last one used comes first, so that no more are started than are needed.
        self._workers: LifoQueue[_Worker] = LifoQueue()
        for _ in range(jobs):
            self._workers.put(_Worker(limits, parser, self._watch))

    def open_book(self, data: bytes) -> Answer:
        """The workbook in `data`. Raises Refused, and nothing else."""
        answer = self.answer(data)
        if isinstance(answer, Refused):
            raise answer
        return answer

    def answer(self, data: bytes, limit: int = MAX_FILE) -> Answer | Refused:
        """The same, with the refusal as a value. A message may be longer than a file, by up to `limit` in all."""
        if len(data) > limit:
            return refuse("FILE-TOO-LARGE", megabytes=MAX_FILE // (1024 * 1024))
        if self._stopped:
            return crashed()
        worker = self._workers.get()
        try:
            answer = worker.answer(data)
        finally:
            self._workers.put(worker)
        if isinstance(answer, Refused):
            return answer
        try:
            return self._load(answer)
        except Malformed:
            return crashed()

    def read_many(self, items: Iterable[bytes]) -> Iterator[Answer | Refused]:
        """The answer on each of `items` in their order; a few are read ahead, never all."""
        return self.many(items, self.answer)

    def many(self, items: Iterable[Item], one: Callable[[Item], Found]) -> Iterator[Found]:
        """What `one`, which asks this reader, says of each of `items`, in their order and at most a few ahead."""
        pool = ThreadPoolExecutor(self._jobs)
        waiting: deque[Future[Found]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(one, item))
                if len(waiting) > _AHEAD * self._jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            # Whoever stops here waits for no file that is still being read.
            for each in waiting:
                each.cancel()
            self._watch.kill_all()
            raise
        finally:
            pool.shutdown()

    def stop(self) -> None:
        """Give up what is being read, and begin nothing more: somebody has pressed Ctrl-C. Threads of `many` that
        still have work find that there is none."""
        self._stopped = True
        self._watch.kill_all()

    def close(self) -> None:
        """End all processes; a later file starts them again."""
        workers = [self._workers.get() for _ in range(self._jobs)]
        for worker in workers:
            worker.kill()
            self._workers.put(worker)

    def __enter__(self) -> Reader[Answer]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Worker:
    """One process, and how to replace it."""

    def __init__(self, limits: Limits, parser: str, watch: _Watch) -> None:
        self._limits = limits
        self._watch = watch
        self._arguments = (parser, limits.memory, limits.cpu)
        self._process: _Process | None = None
        self._greeted = False

    def answer(self, data: bytes) -> bytes | Refused:
        """What the process answers; Refused where it died over the file, or would not start."""
        try:
            process = self._running()
            return refuse("READER-NOT-STARTED") if process is None else self._ask(process, data)
        except BaseException:
            # An answer still on its way must never be taken for that of the next file.
            self.stop()
            raise

    def start(self) -> None:
        """Start the process, and do not wait for it."""
        if self._process is None:
            try:
                self._process = _Process(launch(*self._arguments))
            except OSError:
                self._process = None

    def _running(self) -> _Process | None:
        """The process, started where there is none; None where it will not start."""
        if self._process is not None and not self._process.alive:
            self.stop()
        self.start()
        if self._process is not None and not self._greeted:
            with self._watch.over(self._process, _STARTING_SECONDS):
                self._greeted = self._process.ready()
            if not self._greeted:
                self.stop()
        return self._process

    def _ask(self, process: _Process, data: bytes) -> bytes | Refused:
        with self._watch.over(process, self._limits.wall) as watched:
            answer = process.ask(data, self._limits.answer)
        if answer is not None and answer[0] == GOES_ON and not watched.killed:
            return answer[1]
        out_of_time = self.stop() == _OUT_OF_CPU or watched.killed
        if answer is not None:
            return answer[1]
        return refuse("FILE-TIMEOUT", seconds=self._limits.wall) if out_of_time else crashed()

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None:
            self._process.kill()
        self.stop()

    def stop(self) -> int | None:
        """End the process. Its exit code, None where there was none."""
        process, self._process, self._greeted = self._process, None, False
        return process.stop() if process is not None else None


_OUT_OF_CPU = -24
"""The exit code of a process ended by SIGXCPU, on Linux and macOS alike."""


class _Process:
    """A running `xltool.io.books.worker`, spoken to through pipes."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen
        self._stop = weakref.finalize(self, _end, self._popen)

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def ready(self) -> bool:
        """Wait until it has loaded its parser."""
        return _exactly(self._output, len(READY)) == READY

    def ask(self, data: bytes, most: int) -> tuple[bytes, bytes] | None:
        """Whether it goes on, and its answer on `data`, of at most `most` bytes; None where it died or speaks
        nonsense."""
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
        content = _exactly(self._output, length) if length <= most else None
        return None if content is None else (head[:1], content)

    def kill(self) -> None:
        self._popen.kill()

    def stop(self) -> int | None:
        """End it, if it does not end by itself, which it may be about to. Its exit code."""
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(_DYING_SECONDS)
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


@dataclass(slots=True)
class _Watched:
    """A process at work, and when it must be done."""

    process: _Process
    due: float
    killed: bool = False


class _Watch:
    """Kills processes that do not end their work in time. One thread looks after all of a reader's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: list[_Watched] = []
        self._running = False

    @contextmanager
    def over(self, process: _Process, seconds: float) -> Iterator[_Watched]:
        """Watch the work in the `with` block. Once that has ended nothing is killed: it would hit the next file."""
        watched = _Watched(process, time.monotonic() + seconds)
        with self._lock:
            self._at_work.append(watched)
            if not self._running:
                self._running = True
                threading.Thread(target=_look_after, args=(weakref.ref(self),), daemon=True).start()
        try:
            yield watched
        finally:
            with self._lock:
                self._at_work.remove(watched)

    def kill_all(self) -> None:
        """End whatever is at work."""
        self._kill(float("inf"))

    def _kill(self, now: float) -> None:
        with self._lock:
            for each in self._at_work:
                if each.due <= now and not each.killed:
                    each.killed = True
                    each.process.kill()


def _look_after(reference: weakref.ref[_Watch]) -> None:
    """Look after the processes until nobody has the watch any more."""
    while (watch := reference()) is not None:
        watch._kill(time.monotonic())
        del watch
        time.sleep(_LOOKING_SECONDS)


def _exactly(stream: BinaryIO, length: int) -> bytes | None:
    """So many bytes, None where the stream ends before."""
    try:
        data = stream.read(length)
    except OSError:
        return None
    return data if len(data) == length else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that has nothing left to do, or that nobody waits for any more. It has nothing to put away."""
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue
    process.wait()
