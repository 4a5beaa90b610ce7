"""Work on several machines, by a Dask cluster. The only module that knows `distributed`, which is an extra."""

from __future__ import annotations

import logging
import pickle
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from xltool.app.machines.carriage import (
    Errand,
    Fault,
    Opaque,
    differs,
    dumps,
    fingerprint,
    hold,
    loads,
    own_eras,
    work_on,
)
from xltool.app.machines.executors import Work
from xltool.app.shelf import Shelf
from xltool.model.finding import Finding, Refused, refuse

if TYPE_CHECKING:
    from distributed import Client, Future

Item = TypeVar("Item")
Found = TypeVar("Found")

# Things of one task: enough that sending it costs little beside it, few enough that a lost one is soon done again.
CHUNK = 50
_CHUNK_BYTES = 16 * 1024 * 1024
_CONNECTING_SECONDS = 10
# How soon Ctrl-C is heard.
_LOOKING_SECONDS = 0.5
# A worker that died is back by then; where none is, nobody will come.
_PATIENCE_SECONDS = 60


class Cluster:
    """The executor behind ``--scheduler``. Raises Refused where no cluster answers at `address`, distributed is not
    installed, or a worker has another xltool."""

    def __init__(self, address: str, shelf: Shelf) -> None:
        self._shelf = shelf
        self._client = _connected(address)
        try:
            _check(self._client)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the cluster; what it still does for us is stopped."""
        self._client.close(timeout=_LOOKING_SECONDS)

    def map(self, work: Work[Item, Found], items: Iterable[Item], /) -> Iterator[Found]:
        """What `work` gives of each of `items`, in their order. A task whose worker dies is done again elsewhere; a
        thing over which workers die again and again is `lost`, and nothing else with it."""
        sent = Errand(dumps(work), own_eras(self._shelf.library), _ours())
        errand = self._client.submit(hold, Opaque(pickle.dumps(sent)), pure=False)
        waiting: deque[_Task[Item]] = deque()
        try:
            for chunk in self._chunks(items):
                waiting.append(_Task(chunk, self._sent(errand, chunk)))
                while len(waiting) > self._ahead():
                    yield from self._results(work, errand, waiting)
            while waiting:
                yield from self._results(work, errand, waiting)
        finally:
            self._client.cancel([each.future for each in waiting], force=True)

    def _chunks(self, items: Iterable[Item]) -> Iterator[list[tuple[Item, bytes]]]:
        chunk: list[tuple[Item, bytes]] = []
        size = 0
        for item in items:
            data = dumps(item)
            chunk.append((item, data))
            size += len(data)
            if len(chunk) == CHUNK or size > _CHUNK_BYTES:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _sent(self, errand: Future, chunk: Sequence[tuple[Item, bytes]]) -> Future:
        # Not known by what it says: the same work may be asked for again after an answer was lost.
        items = Opaque(pickle.dumps([data for _, data in chunk]))
        return self._client.submit(work_on, errand, items, pure=False)

    def _ahead(self) -> int:
        """Tasks that may wait: every thread has its next one there, those of workers that came later too."""
        threads: dict[str, int] = self._client.nthreads()
        return 2 * sum(threads.values()) + 2

    def _results(self, work: Work[Item, Found], errand: Future, waiting: deque[_Task[Item]]) -> Iterator[Found]:
        """What came of the first task."""
        task = waiting[0]
        answer = self._answer(task.future)
        if answer is not None:
            waiting.popleft()
            yield from answer
            return
        # Whoever is at work beside a deadly thing dies with it: it is found by doing one at a time, and nothing else.
        for each in waiting:
            self._settled(each.future)
        for item, data in task.chunk:
            one = self._sent(errand, [(item, data)])
            try:
                alone = self._answer(one)
            finally:
                self._client.cancel([one], force=True)
            yield work.lost(item) if alone is None else alone[0]
        waiting.popleft()

    def _answer(self, future: Future) -> Sequence[Any] | None:
        """What came of a task; None where its workers died. Raises Refused as the work does."""
        from distributed import KilledWorker

        self._settled(future)
        try:
            answer = loads(future.result().data, self._shelf)
        except KilledWorker:
            return None
        except Exception as error:  # the scheduler is gone, and with it all that was asked of it
            raise refuse("CLUSTER-LOST", reason=type(error).__name__) from error
        if isinstance(answer, Fault):
            raise RuntimeError(answer.told)
        if isinstance(answer, tuple):
            raise Refused(*answer)
        return answer  # type: ignore[no-any-return]

    def _settled(self, future: Future) -> None:
        """Wait until a task is done, one way or another, for as long as there is anybody to do it."""
        alone_since = None
        while future.status == "pending":
            if self._waited(future):
                return
            if self._client.status != "running":
                raise refuse("CLUSTER-LOST", reason=self._client.status)
            if self._client.nthreads():
                alone_since = None
            elif alone_since is None:
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > _PATIENCE_SECONDS:
                raise refuse("CLUSTER-NO-WORKERS")

    def _waited(self, future: Future) -> bool:
        from distributed import TimeoutError, wait

        try:
            wait(future, timeout=_LOOKING_SECONDS)
        except TimeoutError:
            return False
        except Exception:  # what it is, `result` says
            return True
        return True


@dataclass(slots=True)
class _Task(Generic[Item]):
    """A chunk and its answer to come."""

    chunk: list[tuple[Item, bytes]]
    future: Future


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise refuse("CLUSTER-MISSING") from error
    # It would tell of its own attempts, in its own words.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=_CONNECTING_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise refuse("CLUSTER-UNREACHABLE", address=address) from error


def _check(client: Client) -> None:
    """Raises Refused where there is no worker, or one that would judge or write otherwise than this machine."""
    told = client.run(fingerprint, on_error="return")
    if not told:
        raise refuse("CLUSTER-NO-WORKERS")
    ours = _ours()
    others = [(worker, theirs) for worker, theirs in sorted(told.items()) if theirs != ours]
    if others:
        raise Refused(*(_differs(worker, theirs) for worker, theirs in others))


def _ours() -> Mapping[str, str]:
    return fingerprint()


def _differs(worker: str, theirs: Any) -> Finding:
    if isinstance(theirs, dict):
        return differs(worker, theirs, _ours())
    return Finding("CLUSTER-WORKER", "error", args={"worker": worker, "reason": f"{type(theirs).__name__}: {theirs}"})
