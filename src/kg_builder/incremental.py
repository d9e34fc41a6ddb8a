"""Validates a file part by part, in as many processes as there are processors, and can remember what it found.

With a cache, a second run looks only at what has changed: a batch of statements, which are looked at together, is known by its
lines.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from rdflib import SH

from kg_builder.checks import from_terms, is_of_check
from kg_builder.confine import die_with
from kg_builder.engine import Unsupported, describe_paths, uncollected
from kg_builder.engine.terms import to_term
from kg_builder.errors import InputError, Location, Problem, input_error
from kg_builder.graphs import open_source
from kg_builder.inspection import OF_SHAPE, Found, Rules, digest, look
from kg_builder.parts import NotByParts, Parts, split, together
from kg_builder.placing import Kept, place_results
from kg_builder.report import Report, Terms
from kg_builder.validation import name_shapes, to_result
from kg_builder.worker import WorkerDied, is_alone, processors

AT_ONCE, AT_ONCE_TO_KEEP = 32, 8
"""How many statements are looked at together, about; of those that are kept fewer, since a change costs so many."""
ENOUGH = 2 * AT_ONCE
"""With fewer statements, a file without a cache is looked at as a whole: that is as fast."""
SHARED_TIMES = 4
"""Statements that are looked at together have so many times the bytes of what all share, at least."""


def validate_by_parts(names: Sequence[str], folder: Path, cache: Path | None = None, jobs: int = 0) -> Report:
    """The report on one file by shapes and checks, as all of it at once would have it.

    ``cache`` is a folder for what was found; ``jobs`` is how many processes look at parts at once, 0 as many as there are
    processors. Raises :class:`NotByParts` where the file, or the folder's rules, can only be taken as a whole, and
    :class:`~kg_builder.errors.InputError` where the file or the cache cannot be used.
    """
    if len(names) > 1:
        raise NotByParts("there are several files")
    parts = split(open_source(names[0]))
    if cache is None and len(parts.statements) < ENOUGH:
        raise NotByParts("there are few statements")
    rules = Rules.read(folder)
    known = _Cache.open(cache, names[0], rules.key) if cache else _Cache(None, "", {}, {}, {})
    try:
        with uncollected():
            return _report(parts, rules, known, jobs)
    except WorkerDied:
        raise
    except (InputError, Unsupported) as error:
        raise NotByParts("a part of it does not stand alone") from error


@dataclass(frozen=True, slots=True)
class _Batch:
    statements: tuple[str, ...]
    about: frozenset[str]
    """Ids of statements and IRIs of documents that their lines may name."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What it takes to look at any part of a file."""

    parts: Parts
    rules: Rules
    shared: bytes
    base: Found

    def look(self, batch: _Batch) -> Found:
        return look(self.shared + self.parts.triples(batch.statements), self.rules, batch.about, self.base)


def _report(parts: Parts, rules: Rules, known: _Cache, jobs: int) -> Report:
    shared = parts.shared_triples()
    of_shared = digest([shared])
    base = known.found.get(of_shared) or look(shared, rules)
    digests = {id_: parts.digest(id_) for id_ in parts.statements} if known.path else {}
    links = {
        id_: known.links[digests[id_]] if known.path and digests[id_] in known.links else parts.links(id_)
        for id_ in parts.statements
    }
    batches = {
        digest([of_shared.encode(), *(digests.get(id_, id_).encode() for id_ in batch.statements)]): batch
        for batch in _batches(parts, links, len(shared), AT_ONCE_TO_KEEP if known.path else AT_ONCE)
    }
    work = _Work(parts, rules, shared, base)
    new = {key: batch for key, batch in batches.items() if key not in known.found}
    looked = dict(zip(new, _look_at_all(work, list(new.values()), jobs), strict=True))
    found = {key: looked.get(key) or known.found[key] for key in batches}
    report = _whole(rules, base, [base, *found.values()])
    beside = {id_: batch.statements for batch in batches.values() for id_ in batch.statements}
    keys = {id_: key for key, batch in batches.items() for id_ in batch.statements} if known.path else {}
    results, places = place_results(report.results, parts, beside, keys, known.places)
    known.write({digests[id_]: each for id_, each in links.items()} if digests else {}, {of_shared: base, **found}, places)
    return replace(report, results=results)


def _batches(parts: Parts, links: Mapping[str, list[str]], shared: int, at_once: int) -> Iterator[_Batch]:
    """Statements that are looked at together: those that are linked, and others, the same ones as long as they are as many."""
    groups = together(dict(links))
    lengths = {id_: sum(end - start for start, end in spans) for id_, spans in parts.statements.items()}
    at_once = max(at_once, SHARED_TIMES * shared * len(lengths) // max(1, sum(lengths.values())))
    count = 1 << (len(groups) // at_once).bit_length()
    buckets: dict[int, list[str]] = {}
    for group in groups:
        buckets.setdefault(int(digest([group[0].encode()]), 16) % count, []).extend(group)
    for _, ids in sorted(buckets.items()):
        yield _Batch(tuple(ids), frozenset(chain(ids, *(links[id_] for id_ in ids))))


_work: _Work | None = None
"""In a process that looks at parts: what it was forked with."""


def _begin(work: _Work, parent: int) -> None:
    global _work  # noqa: PLW0603 - one a process
    die_with(parent)
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _look_at(batch: _Batch) -> Found:
    assert _work is not None
    return _work.look(batch)


def _look_at_all(work: _Work, batches: list[_Batch], jobs: int) -> Iterator[Found]:
    """What is found in each batch; in processes of their own where they can be forked and there is more than one processor."""
    jobs = min(jobs or processors(), len(batches))
    if jobs < 2 or not is_alone():
        yield from map(work.look, batches)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _begin, (work, os.getpid()))
    try:
        yield from pool.map(_look_at, batches)
    except BrokenProcessPool:
        message = "a process that looked at a part of the file was ended from outside"
        raise WorkerDied(Problem(message, mend="Free memory on the machine, or let fewer work at once: --jobs 1.")) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _whole(rules: Rules, base: Found, found: list[Found]) -> Report:
    """The report on all parts together, without places."""
    told, settled = Counter[Terms](), Counter[Terms]()
    for part in found:
        told |= Counter(part.added)
        settled |= Counter(part.settled)
    all_ = list((told - settled).elements())
    raws = [terms.raw() for terms in all_ if not is_of_check(terms)]
    raws = [raw._replace(path=rules.shapes.value(raw.shape, SH.path)) if raw.path == to_term(OF_SHAPE) else raw for raw in raws]
    paths = describe_paths((raw.path for raw in raws), rules.shapes)
    of_checks = [from_terms(terms) for terms in all_ if is_of_check(terms)]
    results = (*sorted(to_result(raw, rules.shapes, paths) for raw in raws), *sorted(of_checks))
    idle_targets = set(base.idle).intersection(*(part.idle for part in found))
    idle = name_shapes((shape for number, shape in enumerate(rules.targets) if number in idle_targets), rules.shapes)
    others = set(chain.from_iterable(part.others for part in found))
    looked_at = sum(part.nodes for part in found) + len(others)
    if not looked_at:
        raise NotByParts("nothing is to be looked at")
    return Report(results, looked_at, len(rules.targets) - len(idle), paths, idle)


@dataclass(frozen=True, slots=True)
class _Cache:
    """What was found in the parts of a file: by a statement's digest its links and places, and each part's results."""

    path: Path | None
    key: str
    links: Mapping[str, list[str]]
    found: Mapping[str, Found]
    places: Kept

    @classmethod
    def open(cls, folder: Path, name: str, key: str) -> _Cache:
        """The cache of a file; what it holds is passed over where it was made by other rules, or is not as it was written."""
        path = folder / f"validate-{digest([str(Path(name).resolve()).encode()])[:16]}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            where = Location(str(folder))
            raise input_error(f"cannot keep a cache here: {error.strerror}", where, "Name another folder with --cache.") from None
        try:
            written, _, body = path.read_bytes().partition(b"\n")
            if written.decode() == digest([key.encode(), body]):
                read = json.loads(body)
                found = {at: _read_found(each) for at, each in read["found"].items()}
                places = {at: {of: (line, column) for of, (line, column) in each.items()} for at, each in read["places"].items()}
                return cls(path, key, read["links"], found, places)
        except (OSError, UnicodeDecodeError):
            pass
        return cls(path, key, {}, {}, {})

    def write(self, links: Mapping[str, list[str]], found: Mapping[str, Found], places: Kept) -> None:
        """Keep what is known of the file as it is now, and no more; where that cannot be written, the next run takes longer."""
        if self.path is None or (links, found, places) == (self.links, self.found, self.places):
            return
        told = {"links": links, "found": found, "places": places}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        new = self.path.with_suffix(f".{os.getpid()}")
        try:
            new.write_bytes(digest([self.key.encode(), body]).encode() + b"\n" + body)
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)


def _read_found(told: list[Any]) -> Found:
    added, settled = (tuple(Terms._make([*each[:-1], tuple(each[-1])]) for each in part) for part in told[:2])
    nodes, others, idle = told[2:]
    return Found(added, settled, nodes, tuple(others), tuple(idle))
