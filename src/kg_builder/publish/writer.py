"""Writes the files of the site, only those that changed, and takes away those that no run wrote again.

``site.json`` in the site's folder lists the files with their hashes; it is written last. Each file is replaced in one step, so a
reader never sees half of one, and a run that was cut off is mended by the next.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from kg_builder import __version__
from kg_builder.errors import Location, input_error

MANIFEST = "site.json"


@dataclass(slots=True)
class Writer:
    """Writes below ``folder``. ``written``, ``unchanged`` and ``removed`` count files."""

    folder: Path
    written: int = 0
    unchanged: int = 0
    removed: int = 0
    _before: dict[str, str] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)
    _folders: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        manifest = self.folder / MANIFEST
        if manifest.is_file():
            try:
                self._before = dict(json.loads(manifest.read_text("utf-8"))["files"])
            except (ValueError, KeyError, TypeError, UnicodeDecodeError):
                self._before = {}
        elif self.folder.is_dir() and any(self.folder.iterdir()):
            raise input_error(
                "this folder holds something else than a site", Location(str(self.folder)), "Name an empty or new folder with -o."
            )

    @property
    def files(self) -> dict[str, str]:
        """Path within the site -> SHA-256, of all that was written or found unchanged in this run."""
        return dict(self._files)

    def write(self, path: str, content: str | bytes) -> None:
        """Write a file of the site; ``path`` is relative, with forward slashes. Raises InputError where that cannot be done."""
        data = content.encode("utf-8") if isinstance(content, str) else content
        digest = hashlib.sha256(data).hexdigest()
        target = self._target(path, digest)
        if self._before.get(path) == digest and target.is_file() and target.stat().st_size == len(data):
            self.unchanged += 1
            return
        staged = target.with_name(f".{target.name}.new")
        try:
            self._make_folder(target.parent)
            staged.write_bytes(data)
            staged.replace(target)
        except OSError as error:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
            raise input_error(
                f"cannot write: {error.strerror or error}",
                Location(str(target)),
                "Free some space, or name another folder with -o; run it again, and what is missing is written.",
            ) from None
        self.written += 1

    def take(self, path: str, source: Path, digest: str) -> None:
        """Move a finished file to ``path``; ``digest`` is its SHA-256."""
        target = self._target(path, digest)
        if self._before.get(path) == digest and target.is_file():
            source.unlink()
            self.unchanged += 1
            return
        self._make_folder(target.parent)
        source.replace(target)
        self.written += 1

    def close(self) -> None:
        """Take away what an earlier run wrote and this one did not; write the list of files."""
        for path in sorted(self._before.keys() - self._files.keys()):
            if not _is_within(path):
                continue
            target = self.folder / path
            with suppress(OSError):
                target.unlink()
                self.removed += 1
                for parent in target.relative_to(self.folder).parents:
                    if parent != Path():
                        (self.folder / parent).rmdir()
        manifest = {"tool": f"kg-builder {__version__}", "files": dict(sorted(self._files.items()))}
        staged = self.folder / f".{MANIFEST}.new"
        with staged.open("w", encoding="utf-8", newline="\n") as file:
            json.dump(manifest, file, indent=0)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        staged.replace(self.folder / MANIFEST)

    def _target(self, path: str, digest: str) -> Path:
        assert _is_within(path), path
        assert path not in self._files, f"written twice: {path}"
        self._files[path] = digest
        return self.folder / path

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)


def _is_within(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and ".." not in parts
