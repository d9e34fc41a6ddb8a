"""``kg-builder serve``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Final

import click

from kg_builder.cli.terminal import tell_aside
from kg_builder.errors import input_error

SITE: Final = "site"


@click.command()
@click.argument("site", default=SITE)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen at; 0.0.0.0 is all of this machine's."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=10, show_default=True, help="Seconds that a query may take.")
@click.option("--memory", type=click.IntRange(16, 2**24), default=512, show_default=True, help="MiB that a query may take.")
@click.option(
    "--max-query", type=click.IntRange(100, 10**9), default=100_000, show_default=True, help="Bytes that a query may have."
)
@click.option("--max-result", type=click.IntRange(1, 2**24), default=64, show_default=True, help="MiB that an answer may have.")
@click.option("--queries", type=click.IntRange(1), help="Queries that run at once; as many as there are processors unless said.")
@click.option("--log-queries", is_flag=True, help="Write the text of queries into the log.")
@click.option("--quiet", is_flag=True, help="Write no log.")
def serve(
    site: str,
    host: str,
    port: int,
    timeout: float,
    memory: int,
    max_query: int,
    max_result: int,
    queries: int | None,
    log_queries: bool,
    quiet: bool,
) -> None:
    """Serve the SITE that 'kg-builder site' wrote, with content negotiation and a SPARQL endpoint, until Ctrl-C.

    The log, a line of JSON for each request, goes to standard error; it holds neither who asked nor what.
    """
    if sys.platform != "linux":
        raise input_error(
            "this runs on Linux only, which can limit what a query does", mend="The pages of a site work without a server."
        )
    try:
        from kg_builder.serve import Options, QueryLimits, run  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise input_error(
            f"'{error.name}' is not installed", mend="Install the extra: pip install 'kg-builder[serve]'."
        ) from None
    limits = QueryLimits(
        seconds=timeout,
        memory=memory,
        longest=max_query,
        largest=max_result * 2**20,
        at_once=queries or os.cpu_count() or 1,
    )

    def log(line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    options = Options(host, port, limits, None if quiet else log, log_queries)
    ended_by = run(Path(site), options, lambda address: tell_aside(f"Serving {site} at {address}, SPARQL at {address}sparql."))
    if ended_by == signal.SIGINT:
        raise KeyboardInterrupt
