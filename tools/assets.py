"""Makes the vendored assets of the site's pages anew: ``python tools/assets.py [--renew NAME=VERSION …]``.

Needs npm; users of the tool need neither npm nor Node. What is vendored stands in ``publish/assets/vendored``, with
``assets.yaml``: each package's version, licence and integrity as npm has them, each file's SHA-256. Without ``--renew`` the
packages of ``assets.yaml`` are fetched, must have the integrity that is written there, and the same files come out.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
VENDORED = ROOT / "src" / "kg_builder" / "publish" / "assets" / "vendored"
RECORD = VENDORED / "assets.yaml"
HEAD = "# What is vendored here, and from what; written by tools/assets.py.\n"


def main() -> None:
    """Fetch the packages, bundle them, write the files and their record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--renew", metavar="NAME=VERSION", action="append", default=[], help="take another version of a package")
    arguments = parser.parse_args()
    record = yaml.safe_load(RECORD.read_text("utf-8"))
    for renewed in arguments.renew:
        name, _, version = renewed.rpartition("=")
        record["packages"][name] = {"version": version}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, entry in record["packages"].items():
            fetch(name, entry, work)
        run(["npm", "install", "--silent", "--no-save", "--prefix", str(work / "tool"), f"esbuild@{record['esbuild']}"])
        bundle(work)
        licences = "\n".join(licence_of(name, entry, work) for name, entry in sorted(record["packages"].items()))
    (VENDORED / "LICENCES.txt").write_text(licences, "utf-8")
    written = sorted(path for path in VENDORED.iterdir() if path != RECORD)
    record["files"] = {path.name: {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes())} for path in written}
    record["packages"] = dict(sorted(record["packages"].items()))
    RECORD.write_text(HEAD + yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=200), "utf-8")


def fetch(name: str, entry: dict[str, Any], work: Path) -> None:
    """Unpack a package of npm into ``work/node_modules``; its integrity is checked against the entry, or written there."""
    packed = json.loads(run(["npm", "pack", "--json", "--pack-destination", str(work), f"{name}@{entry['version']}"]))
    [tarball] = packed.values() if isinstance(packed, dict) else packed
    file = work / Path(tarball["filename"]).name
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
    if entry.setdefault("integrity", integrity) != integrity:
        raise SystemExit(f"{name} {entry['version']} is not the package that assets.yaml names: {integrity}")
    target = work / "node_modules" / name
    with tarfile.open(file) as archive:
        archive.extractall(work / "unpacked", filter="data")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(next((work / "unpacked").iterdir()), target)
    entry["licence"] = json.loads((target / "package.json").read_text("utf-8"))["license"]


def bundle(work: Path) -> None:
    """Write the editor, the query engine's glue as a classic script, and its WebAssembly, compressed."""
    packages = work / "node_modules"
    shutil.copy(ROOT / "tools" / "editor" / "editor.js", work)
    esbuild = [str(work / "tool" / "node_modules" / ".bin" / "esbuild"), "--minify", "--format=iife", "--log-level=error"]
    run([*esbuild, "--bundle", "--global-name=kgEditor", str(work / "editor.js"), f"--outfile={VENDORED / 'editor.js'}"])
    run([*esbuild, "--global-name=oxigraph", str(packages / "oxigraph" / "web.js"), f"--outfile={VENDORED / 'oxigraph.js'}"])
    wasm = (packages / "oxigraph" / "web_bg.wasm").read_bytes()
    (VENDORED / "oxigraph.wasm.gz").write_bytes(gzip.compress(wasm, 9, mtime=0))


def licence_of(name: str, entry: dict[str, Any], work: Path) -> str:
    """A package's licence text; of those that may be had under Apache-2.0, our own copy of it."""
    files = sorted((work / "node_modules" / name).glob("LICEN[CS]E*"))
    if not files and "Apache-2.0" not in entry["licence"]:
        raise SystemExit(f"{name} has no licence text")
    terms = entry["licence"] if files else "Apache-2.0"
    text = (files[0] if files else ROOT / "LICENSE").read_text("utf-8").strip()
    return f"{'=' * 80}\n{name} {entry['version']} ({terms})\n\n{text}\n"


def run(command: list[str]) -> str:
    """A command's output; its errors are shown as they come."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def sha256(content: bytes) -> str:
    """The hash of a file's content."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
