"""Writes a draft to a file, and never over somebody's work."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from kg_builder.errors import Location, input_error
from kg_builder.extract.form.claims_form import MARK


def write_draft(path: Path, content: str) -> None:
    """Put ``content`` into the file ``path``, whole or not at all.

    A file that is there already is replaced only where it is empty, or a draft that nobody has changed; else, and
    where the file cannot be written, an :class:`~kg_builder.errors.InputError` is raised.
    """
    where = Location(str(path))
    try:
        known = path.read_bytes() if path.is_file() else None
        if known is not None and known.strip() and known != content.encode() and not is_untouched(known):
            raise input_error(
                "this file is there already, and is not a draft as it was written: it may hold somebody's work",
                where,
                "Name another file; or, where it is not needed, remove it first.",
            )
        _replace(path, content.encode())
    except OSError as error:
        raise input_error(f"cannot be written: {error.strerror}", where, "Name a file in a folder that is there.") from None


def is_untouched(raw: bytes) -> bool:
    """Whether a file is a draft of claims whose first line fits the rest."""
    first, _, rest = raw.partition(b"\n")
    return first == f"{MARK}{hashlib.sha256(rest).hexdigest()}".encode()


def _replace(path: Path, content: bytes) -> None:
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = path.resolve()
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as file:
        staged = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            staged.chmod(mode)
            staged.replace(target)
        finally:
            staged.unlink(missing_ok=True)


def _umask() -> int:
    """The permissions that new files do not get; there is no way to read it but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
