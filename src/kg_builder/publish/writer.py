"""Writes the files of the site, only those that changed, and takes away those that no run wrote again.

``site.json`` in the site's folder lists the files with their hashes and sizes; each statement has such a list of its own, so
that one which is as it was is passed over, and memory holds the list of one at a time. Each file is replaced in one step, so a
reader never sees half of one. What is changed is noted in a journal beside the list before it is changed, and the journal goes
when the list is written; so the next run knows what one that was cut off has left.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from kg_builder import __version__
from kg_builder.errors import InputError, Location, input_error

MANIFEST = "site.json"


class Listed(NamedTuple):
    """A file's SHA-256 and how many bytes it has."""

    sha256: str
    size: int


UNKNOWN = Listed("", -1)


@dataclass(slots=True)
class Tally:
    """How many files there are, and how many of them a run wrote, found as they were, and took away."""

    files: int = 0
    written: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.files + other.files,
            self.written + other.written,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


class Writer:
    """Writes below ``folder``.

    ``listing`` is the path of the list of its files there, ``inputs`` a hash of all that they are made of.
    """

    def __init__(self, folder: Path, listing: str = MANIFEST, inputs: str = "") -> None:
        self.folder = folder
        self.tally = Tally()
        self._listing, self._inputs = listing, inputs
        self._before = _List.read(folder / listing)
        self._files: dict[str, Listed] = {}
        self._parts: set[str] = set()
        self._folders: set[Path] = set()

    @property
    def files(self) -> dict[str, str]:
        """Path within the site -> SHA-256, of all that was written or found unchanged in this run, parts left aside."""
        return {path: each.sha256 for path, each in self._files.items()}

    def part(self, listing: str) -> None:
        """Say, before it is begun, that the site has a part with a list of its own; parts that are not named go at the end."""
        self._parts.add(listing)
        if listing not in self._before.parts:
            self._note(listing, is_part=True)

    def is_current(self) -> bool:
        """Whether the files were made of the same, and are all there; then nothing is to be written."""
        if self._before.inputs != self._inputs or not self._inputs or not self._before.is_whole:
            return False
        for path, listed in self._before.files.items():
            try:
                if (self.folder / path).stat().st_size != listed.size:
                    return False
            except OSError:
                return False
        count = len(self._before.files)
        self.tally = Tally(files=count, unchanged=count)
        return True

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file of the site; ``path`` is relative, with forward slashes. Raises InputError where that cannot be done."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        target = self._target(path, Listed(hashlib.sha256(data).hexdigest(), len(data)))
        if target is not None:
            self._note(path)
            self._replace(target, data)
            self.tally.written += 1

    def stage(self, path: str) -> Path:
        """Where to write a file that is too large for memory, before it is :meth:`taken <take>`."""
        staged = _staged(self.folder / path)
        self._note(staged.relative_to(self.folder).as_posix())
        self._make_folder(staged.parent)
        return staged

    def take(self, path: str, source: Path, digest: str) -> None:
        """Move a finished file, which was staged, to ``path``; ``digest`` is its SHA-256."""
        target = self._target(path, Listed(digest, source.stat().st_size))
        if target is None:
            source.unlink()
            return
        self._note(path)
        self._make_folder(target.parent)
        try:
            source.replace(target)
        except OSError as error:
            raise _cannot_write(target, error) from None
        self.tally.written += 1

    def close(self) -> None:
        """Take away what an earlier run wrote and this one did not; write the list of files."""
        for path in sorted(self._before.files.keys() - self._files.keys()):
            self._note(path)
            if self._remove(path):
                self.tally.removed += 1
        for path in sorted(self._before.parts - self._parts):
            if _is_within(path):
                part = Writer(self.folder, path)
                part.close()
                self.tally.removed += part.tally.removed
        if self._files or self._listing == MANIFEST:
            self._write_list(_List(self._inputs, dict(sorted(self._files.items())), frozenset(self._parts)))
        else:
            self._remove(self._listing)
        journal = _journal(self.folder / self._listing)
        if journal.exists():
            self._remove(journal.relative_to(self.folder).as_posix())

    def _target(self, path: str, listed: Listed) -> Path | None:
        """The file to be written; None where it is as it should be."""
        assert _is_within(path), path
        assert path not in self._files, f"written twice: {path}"
        self._files[path] = listed
        self.tally.files += 1
        target = self.folder / path
        if self._before.is_whole and self._before.files.get(path) == listed:
            with suppress(OSError):
                if target.stat().st_size == listed.size:
                    self.tally.unchanged += 1
                    return None
        return target

    def _note(self, path: str, *, is_part: bool = False) -> None:
        """Put what is about to be changed into the journal."""
        journal = _journal(self.folder / self._listing)
        self._make_folder(journal.parent)
        try:
            with journal.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps([path, is_part]) + "\n")
        except OSError as error:
            raise _cannot_write(journal, error) from None

    def _write_list(self, listed: _List) -> None:
        data = listed.to_json().encode("utf-8")
        with suppress(OSError):
            if (self.folder / self._listing).read_bytes() == data:
                return
        self._replace(self.folder / self._listing, data)

    def _replace(self, target: Path, data: bytes) -> None:
        staged = _staged(target)
        try:
            self._make_folder(target.parent)
            staged.write_bytes(data)
            staged.replace(target)
        except OSError as error:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            raise _cannot_write(target, error) from None

    def _remove(self, path: str) -> bool:
        if not _is_within(path):
            return False
        with suppress(OSError):
            _staged(self.folder / path).unlink(missing_ok=True)
        with suppress(OSError):
            (self.folder / path).unlink()
            with suppress(OSError):
                for parent in PurePosixPath(path).parents[:-1]:
                    (self.folder / parent).rmdir()
            return True
        return False

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _cannot_write(folder, error) from None
            self._folders.add(folder)


def check_output(output: Path, folder: Path) -> None:
    """Raise :class:`~kg_builder.errors.InputError` where the site of ``folder`` cannot go to ``output``, before it is made."""
    where = Location(str(output))
    if output.is_symlink() and not output.exists():
        raise input_error("this link leads nowhere", where, "Name another folder with -o.")
    if output.exists() and not output.is_dir():
        raise input_error("this is no folder", where, "Name another one with -o.")
    for name in ("data", "ontology", "queries"):
        if output.resolve().is_relative_to((folder / name).resolve()):
            raise input_error("this lies among the files that the site is made of", where, "Name a folder elsewhere with -o.")
    if output.is_dir() and any(output.iterdir()) and not _is_site(output):
        raise input_error("this folder holds something else than a site", where, "Name an empty or new folder with -o.")


def _is_site(folder: Path) -> bool:
    if _journal(folder / MANIFEST).is_file():
        return True
    try:
        return str(json.loads((folder / MANIFEST).read_text("utf-8"))["tool"]).startswith("kg-builder ")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _cannot_write(target: Path, error: OSError) -> InputError:
    return input_error(
        f"cannot write: {error.strerror or error}",
        Location(str(target)),
        "Free some space, or name another folder with -o; run it again, and what is missing is written.",
    )


def _staged(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")


def _journal(listing: Path) -> Path:
    return listing.with_name(f".{listing.name}.begun")


def listed_files(site: Path) -> Iterator[tuple[str, Listed]]:
    """The files of a site with their hashes and sizes, as its lists have them."""
    whole = _List.read(site / MANIFEST)
    yield from whole.files.items()
    for part in sorted(whole.parts):
        yield from _List.read(site / part).files.items()


@dataclass(frozen=True, slots=True)
class _List:
    """A list of files, with those of its journal. Where it is not whole, files may be otherwise than it has them."""

    inputs: str
    files: dict[str, Listed]
    parts: frozenset[str] = frozenset()
    is_whole: bool = True

    @classmethod
    def read(cls, path: Path) -> _List:
        """The list; an empty one where there is none, or none that can be read."""
        try:
            data: Any = json.loads(path.read_text("utf-8"))
            files = {str(name): Listed(str(digest), int(size)) for name, (digest, size) in data["files"].items()}
            found = cls(str(data["inputs"]), files, frozenset(map(str, data["parts"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            found = cls("", {}, is_whole=False)
        begun, parts = {}, set(found.parts)
        try:
            for line in _journal(path).read_text("utf-8").splitlines():
                with suppress(ValueError):  # the last line of a run that was cut off may be a part of one
                    name, is_part = json.loads(line)
                    if is_part:
                        parts.add(name)
                    else:
                        begun[name] = UNKNOWN
        except OSError:
            return found
        return cls(found.inputs, {**begun, **found.files}, frozenset(parts), is_whole=False)

    def to_json(self) -> str:
        data = {"tool": f"kg-builder {__version__}", "inputs": self.inputs, "parts": sorted(self.parts), "files": self.files}
        return json.dumps(data, indent=0, ensure_ascii=False) + "\n"


def _is_within(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts
