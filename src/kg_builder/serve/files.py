"""The files of a site, for a server: found by a request's path, never outside the site's folder, kept in memory where small."""

from __future__ import annotations

import gzip
import os
import re
import stat
from collections import OrderedDict
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path

import anyio.to_thread
import pyoxigraph as ox

from kg_builder.serve.answers import LEAST_COMPRESSED, serialise
from kg_builder.serve.negotiation import DOCUMENTS, RDF_XML

LARGEST_KEPT = 2**22
"""Bytes of a file that is kept in memory; a larger one is read anew for each request."""
MOST_KEPT = 2**27
LARGEST_SOURCE = 2**23
"""Bytes of N-Triples that RDF/XML is made from: it takes 25 ms a MiB."""
_TYPES = {
    **{form.suffix: form.content_type for form in DOCUMENTS},
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rq": "application/sparql-query",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "yaml": "application/yaml",
    "xml": "application/xml",
    "atom": "application/atom+xml",
    "SHA256SUMS": "text/plain; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "wasm": "application/wasm",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
}
_UNCOMPRESSED = frozenset({"png", "ico", "woff2"})
_PATH = re.compile(
    r"(?:[^./\\\x00-\x1f\x7f\ufffd][^/\\\x00-\x1f\x7f\ufffd]*/)*[^./\\\x00-\x1f\x7f\ufffd][^/\\\x00-\x1f\x7f\ufffd]*"
)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent; ``content`` and ``compressed`` are None where it is not kept in memory or does not shrink."""

    path: str
    status: os.stat_result = field(repr=False)
    content_type: str
    etag: str
    modified: str
    content: bytes | None = field(default=None, repr=False)
    compressed: bytes | None = field(default=None, repr=False)
    is_made: bool = False
    """Whether the content is made from another file."""

    @property
    def weight(self) -> int:
        return len(self.content or b"") + len(self.compressed or b"")


class Files:
    """The files below ``root``, as they are now: what changes on disk is read anew."""

    def __init__(self, root: Path, most_kept: int = MOST_KEPT) -> None:
        self._root = os.path.realpath(root)
        self._kept: OrderedDict[str, File] = OrderedDict()
        self._weight = 0
        self._most = most_kept

    async def find(self, path: str) -> File | None:
        """The file at a path of the site such as ``data/actor/police.html``; None where there is none that may be sent."""
        kept = self._kept.get(path)
        if kept is not None:
            if _is_same(kept):
                self._kept.move_to_end(path)
                return kept
            self._drop(path)
        elif not _PATH.fullmatch(path):
            return None
        source = self._source(path)
        if source is None:
            return None
        file = await anyio.to_thread.run_sync(self._read, path, source)
        if file is not None and file.content is not None:
            self._keep(path, file)
        return file

    def _source(self, path: str) -> str | None:
        """The file on disk behind a path; RDF/XML is made from N-Triples where the site does not have it."""
        target = f"{self._root}/{path}"
        if _exists(target):
            return target
        stem, _, suffix = target.rpartition(".")
        triples = f"{stem}.nt"
        return triples if suffix == RDF_XML.suffix and _exists(triples) else None

    def _read(self, path: str, source: str) -> File | None:
        real = os.path.realpath(source)
        if not real.startswith(self._root + os.sep):
            return None
        suffix = path.rpartition(".")[2]
        is_made = suffix == RDF_XML.suffix and not source.endswith(path)
        most = LARGEST_SOURCE if is_made else LARGEST_KEPT
        try:
            with os.fdopen(os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
                status = os.fstat(opened.fileno())
                if not stat.S_ISREG(status.st_mode) or (is_made and status.st_size > most):
                    return None
                content = opened.read(most) if status.st_size <= most else None
        except OSError:
            return None
        if content is not None and is_made:
            content = serialise((quad.triple for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)), RDF_XML)
        tag = sha256(content).hexdigest()[:32] if content is not None else f"{status.st_mtime_ns:x}-{status.st_size:x}"
        compressed = None
        if content is not None and len(content) >= LEAST_COMPRESSED and suffix not in _UNCOMPRESSED:
            compressed = gzip.compress(content, 6, mtime=0)
        return File(
            path=source,
            status=status,
            content_type=_TYPES.get(suffix, "application/octet-stream"),
            etag=f'"{tag}"',
            modified=formatdate(status.st_mtime, usegmt=True),
            content=content,
            compressed=compressed,
            is_made=is_made,
        )

    def _keep(self, path: str, file: File) -> None:
        self._drop(path)
        self._kept[path] = file
        self._weight += file.weight
        while self._weight > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, path: str) -> None:
        dropped = self._kept.pop(path, None)
        if dropped is not None:
            self._weight -= dropped.weight


def _exists(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - half the time of pathlib's, for each request
    except (OSError, ValueError):
        return False


def _is_same(file: File) -> bool:
    try:
        now = os.stat(file.path)  # noqa: PTH116
    except OSError:
        return False
    then = file.status
    return (now.st_mtime_ns, now.st_size, now.st_ino) == (then.st_mtime_ns, then.st_size, then.st_ino)
