"""The writer of one run: rows go into its journal, and the journal's path to a forwarder."""
import collections
import json
import os
import threading
import time

from .. import ending, installed, messages, values
from ..delivery import route
from ..journal.encoding import encode_scalar
from ..journal.journal import Journal, JournalLost
from ..system import uncaught, working_directory
from ..system.process_lock import ProcessLock
from . import config as configs
from . import continued, fork_warning, rank
from . import header as headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Deque, Dict, Mapping, Optional, Tuple, Union

    from ..journal.records import Record
    Framework = Tuple[Optional[str], Optional[str]]

_RETRY_SECONDS = 5.0
_CLOSING_SECONDS = 5.0  # to wait for a thread that writes; none, if the collector ends a run, may wait for another
_beginning = ProcessLock()
_NAMES = frozenset((tuple, list, str))  # types of a step that is not one, but names the metrics it may be
_WAITING_AT_MOST = 100000  # records kept in memory while no journal can be created


class Writer:
    """The run of one logger. Everything is opened at its first row, in the process that trains.

    Args:
        experiment: see `experiments`.
        is_run: whether rows alone make a run of it, or only a saved config does.
        named: what the logger's constructor was given of ``output_dir`` and ``exp_name``.
        framework: a pair of the framework's name and version, where the caller knows better than the installer.
        header: fields of the journal's header that the caller knows better, too.
    """

    def __init__(self, experiment: "Any", is_run: bool, named: "Dict[str, Any]",
                 framework: "Optional[Framework]" = None, header: "Optional[Record]" = None) -> None:
        self._experiment = experiment
        self._is_run = is_run
        self._named = named
        self._made_in = working_directory.current()
        self._framework = framework
        self._header = header or {}
        self._config: "Optional[Record]" = None
        self._began = round(time.time(), 3)
        self._journal: "Optional[Journal]" = None
        self._forwarded = False
        self._continues: "Optional[str]" = None  # the run that the user named, until that is said
        # folder, name and framework of the journal, as they were at the first row
        self._identity: "Tuple[Optional[str], Optional[str], Framework]" = (None, None, (None, None))
        self._waiting: "Deque[Record]" = collections.deque(maxlen=_WAITING_AT_MOST)
        self._process: "Optional[int]" = None  # which trains; its forked children keep silent
        self._closed: "Optional[str]" = None  # the journal of a run that was closed
        self._retry_at = 0.0
        self._lock = threading.RLock()  # again, where a signal handler logs a last row, or the collector ends a run
        self._has_rows = False

    def write_config(self, owner: object, config: "Any") -> None:
        """Record the hyper-parameters. Before the first row they also decide the run's group."""
        self._is_run = True
        self._config = {"t": round(time.time(), 3), "config": configs.plain(config, owner)}
        if self._process == os.getpid():
            with self._lock:
                if self._journal is not None:
                    self._append(self._config)

    def write_row(self, owner: object, row: "Mapping[Any, Any]", step: "Any", clock: "Optional[str]" = None) -> None:
        """Record one row; see `neptune_writer.write_row`."""
        if self._process != os.getpid() and not self._begin(owner):
            return
        plain = values.row(row, _say_skipped)
        if not plain:
            return
        record: "Record" = {"t": 0.0}
        are_names = type(step) in _NAMES
        if not are_names and step is not None:
            found = values.step(step)
            if found is not None:
                record["step"] = found
        if clock is not None:
            record["clock"] = clock
        record["values"] = plain
        with self._lock:
            if self._process != os.getpid():
                self._say_closed()  # meanwhile, by another thread
                return
            if not self._has_rows:
                self._has_rows = True
                if are_names:
                    self._header = dict({"steps": [step] if type(step) is str else list(step)}, **self._header)
            record["t"] = round(time.time(), 3)
            self._append(record)

    def write_scalar(self, owner: object, name: str, value: "Union[int, float]", step: "Union[int, float]",
                     when: "Optional[float]" = None) -> None:
        """Record a row of one number: `write_row` for loggers that are called once for each, in a third of its time.

        Args:
            name: the metric's, as JSON.
            value, step: as `values.number` and `values.step` give them.
            when: Unix seconds; None for now.
        """
        if self._process != os.getpid() and not self._begin(owner):
            return
        line = encode_scalar(time.time() if when is None else when, step, name, value)
        with self._lock:
            if self._process != os.getpid():
                self._say_closed()  # meanwhile, by another thread
                return
            self._has_rows = True
            if self._journal is None or not self._forwarded:
                self._append(json.loads(line.decode("ascii")))
                return
            try:
                self._journal.append_row(line)
            except JournalLost as lost:
                self._begin_another(lost)

    def going_on(self) -> "Record":
        """Fields of the header of a run that continues this one after it was closed."""
        return {"resumes": self._header["resumes"]} if "resumes" in self._header else {}

    def begin(self, owner: object) -> None:
        """Open the run before its first row; see `neptune_writer.begin`."""
        if self._process == os.getpid() or self._begin(owner):
            with self._lock:
                journal = self._opened() if self._process == os.getpid() else None
                if journal is not None:
                    self._forward(journal)

    def mark(self, mark: str, clock: "Optional[str]" = None, step: "Optional[Union[int, float]]" = None) -> None:
        """What the next row does, ``restart`` or ``checkpoint``, or, with a step, where the run goes on from; nothing
        before the first."""
        if self._process == os.getpid():
            with self._lock:
                if self._process == os.getpid() and self._has_rows:
                    record = {"t": round(time.time(), 3), "mark": mark}
                    if step is not None:
                        record["step"] = step
                    self._append(record if clock is None else dict(record, clock=clock))

    def close(self) -> None:
        """End the run in its journal; the forwarder continues until the tracker has it. May be called twice."""
        with _beginning.held():
            if self._process is None:
                self._process = -1  # a closed run takes no more rows
        if self._process != os.getpid():  # asked before the lock, which a forked child may inherit taken
            self._process = -1
        elif self._lock.acquire(timeout=_CLOSING_SECONDS):
            try:
                if self._process == os.getpid():
                    self._process = -1  # first: what comes meanwhile, in a signal handler, is no second run
                    self._end()
            finally:
                self._lock.release()

    def _end(self) -> None:
        ending.forget(self)
        self._retry_at = 0.0
        if self._journal is not None:
            self._closed = self._journal.path
        if self._journal is not None or self._waiting:
            self._append(dict({"t": round(time.time(), 3), "end": True}, **uncaught.told()))
        if self._journal is not None:
            self._closed = self._journal.path
            self._journal.close()
            self._forward(self._journal)
        elif self._waiting:
            messages.warn("%d records could not be written and are lost" % len(self._waiting))
        self._journal = None

    def _begin(self, owner: object) -> bool:
        """At the first row; False where this process is not to write."""
        process = self._process
        if process == os.getpid():
            return True  # another thread has been first
        if self._closed is not None:
            self._say_closed()
        elif process not in (None, -1):
            fork_warning.warn(None if self._journal is None else self._journal.path, process)
        if process is not None or not self._is_run:
            return False
        begins = False
        with _beginning.held():
            if self._process is None:
                directory = (getattr(owner, "output_dir", None) or getattr(owner, "log_dir", None)
                             or self._named.get("output_dir"))
                directory = working_directory.absolute(directory or None, self._made_in)
                name = getattr(owner, "exp_name", None) or self._named.get("exp_name") or _last_part(directory)
                framework = self._framework or (installed.framework(owner), installed.version_of(owner))
                self._identity = directory, name, framework
                self._lock = threading.RLock()  # this process's own: the other may be inherited, and taken
                self._process = os.getpid() if rank.of(owner) == 0 else -1
                begins = self._process != -1
        if begins:  # outside: who ends runs may close another writer while it holds its own lock
            fork_warning.prepare()
            ending.close_at_exit(self)
        return self._process == os.getpid()

    def _say_closed(self) -> None:
        if self._closed is not None:
            messages.warn("%s is closed; later rows are not recorded" % self._closed, once=("closed", self._closed))

    def _append(self, record: "Record") -> None:
        if self._journal is None:
            self._waiting.append(record)  # first: a Ctrl-C while it is opened, which takes a while, loses no row
            self._opened()
        else:
            try:
                self._journal.append(record)
            except JournalLost as lost:
                self._begin_another(lost)
        if not self._forwarded and self._journal is not None:
            self._forward(self._journal)

    def _begin_another(self, lost: "JournalLost") -> None:
        """Go on in a journal that resumes the lost one, with the records that it did not get."""
        messages.warn("%s was deleted or replaced; the %s in it cannot be restored; the run goes on in another journal"
                      % (lost.path, messages.count(lost.rows, "row")))
        self._journal, self._forwarded, self._retry_at = None, False, 0.0
        self._waiting.extend(record for record in lost.records if {"values", "mark", "end"} & set(record))
        self._opened()

    def _opened(self) -> "Optional[Journal]":
        """The journal; None while none can be created, which is tried again every few seconds."""
        if self._journal is None and time.monotonic() >= self._retry_at:
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            try:
                with messages.one_line_on_failure("cannot create a journal in any folder; rows wait in memory"):
                    self._open()
            except BaseException:  # a Ctrl-C, after which a training may go on
                self._retry_at = 0.0
                raise
        return self._journal

    def _forward(self, journal: "Journal") -> None:
        """Hand the journal on, once and as soon as its header is there: the disk may be full."""
        if not self._forwarded and journal.is_written():
            self._forwarded = True
            with messages.one_line_on_failure("rows are not sent, but stay in %s" % journal.path):
                run, self._continues = self._continues, None
                route.start(self._experiment, journal.path, *continued.said(journal.path, run) if run else ())

    def _open(self) -> None:
        directory, name, framework = self._identity
        run = headers.new_run_id()
        config = self._config["config"] if self._config else None
        first = headers.make(run, self._began, name, config, framework, self._header)
        opened, written = None, 0
        try:
            opened = Journal(directory, run)
            opened.append(first)
            if self._config is not None:
                opened.append(self._config)
            while written < len(self._waiting):  # again, where a signal handler has logged one meanwhile
                for record in list(self._waiting)[written:]:
                    opened.append(record)
                    written += 1
            self._journal = opened
        except BaseException:
            if opened is not None and self._journal is None:
                opened.discard()  # what waits is written to the next one, whole
            raise
        self._continues = None if "resumes" in self._header else first["resumes"]
        self._header = dict(self._header, resumes=first["resumes"] or run)  # for a journal that continues it
        for _ in range(written):
            self._waiting.popleft()


def _say_skipped(name: object, value: object) -> None:
    messages.warn("%s: skipped, expected a number, found %s" % (name, type(value).__name__),
                  once=("skipped", str(name)))


def _last_part(directory: object) -> "Optional[str]":
    return os.path.basename(os.path.abspath(str(directory))) if directory else None
