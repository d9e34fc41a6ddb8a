"""``kg-builder site``: the static site of the graph."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from kg_builder.cli.terminal import progress, summary, tell_aside
from kg_builder.errors import EXIT_NOT_CONFORMING, input_error

SITE_FOLDER = "site"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=SITE_FOLDER, show_default=True, help="Where the site goes."
)
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many processes write statements; as many as processors.")
@click.option(
    "--base-url", metavar="URL", default="", help="Where the site will stand: gives it a site map, and rules for w3id.org."
)
@click.option(
    "--since", type=click.Path(path_type=Path, exists=True), metavar="OLD", help="An earlier graph: a page tells what changed."
)
def site(folder: Path, output: Path, jobs: int | None, base_url: str, since: Path | None) -> None:
    """Build FOLDER and write its graph as a static site.

    Each resource has a page and RDF, each statement its text with the claims marked. The site needs no server: any file host
    serves it, and it opens from the disk. Only files that changed are written.
    """
    from kg_builder.pipeline import build as run_build  # noqa: PLC0415 - each command imports what it needs
    from kg_builder.source import open_folder  # noqa: PLC0415
    from kg_builder.source.publication import read_publication  # noqa: PLC0415
    from kg_builder.worker import processors  # noqa: PLC0415

    try:
        from kg_builder.publish import check_address, check_earlier, check_output, publish  # noqa: PLC0415
    except ImportError as error:
        raise input_error(f"the site needs {error.name}, which is not installed", mend="pip install 'kg-builder[site]'") from None
    opened = open_folder(folder)
    check_output(output, folder)
    read_publication(opened)  # what is wrong there, or in an earlier graph, is told before this one is built
    address = check_address(base_url)
    if since is not None:
        check_earlier(since)
    with tempfile.TemporaryDirectory(prefix="kg-builder-") as name:
        built = run_build(opened, Path(name) / "build", progress)
        tell_aside(summary(built))
        if not built.conforms:
            tell_aside("The graph does not conform, and nothing was written. 'kg-builder build' tells what is wrong.", fg="red")
            raise SystemExit(EXIT_NOT_CONFORMING)
        published = publish(opened, Path(name) / "build", output, progress, jobs or processors(), address, since)
    tell_aside(
        f"Written to {output}: {published.written:,} of {published.files:,} files, {published.unchanged:,} as they were, "
        f"{published.removed:,} taken away. Open {output / 'index.html'}"
    )
