"""From the model to triples, and from triples to files: the only place where triples are made.

A triple is three strings in N-Triples syntax, so that the four files can be written without a graph in memory.
"""

from kg_builder.rdf.describe import Block, describe_shared, describe_statement, origins
from kg_builder.rdf.notation import Notation, context
from kg_builder.rdf.terms import Triple
from kg_builder.rdf.write import FORMATS, GraphWriter

__all__ = ["FORMATS", "Block", "GraphWriter", "Notation", "Triple", "context", "describe_shared", "describe_statement", "origins"]
