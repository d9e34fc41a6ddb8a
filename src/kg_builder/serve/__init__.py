"""The site over HTTP: pages and data by content negotiation, and a SPARQL endpoint that survives strangers.

Needs the extra ``serve``.
"""

from kg_builder.serve.server import Options, run
from kg_builder.serve.workers import QueryLimits

__all__ = ["Options", "QueryLimits", "run"]
