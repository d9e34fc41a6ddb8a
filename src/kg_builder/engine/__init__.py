"""A second SHACL engine, for big graphs: shapes are compiled once, and each constraint looks at all its nodes in one go.

It covers SHACL Core and the SPARQL constraints whose query can be asked for all focus nodes at once, and gives the results that
pySHACL gives. For anything else it raises :class:`Unsupported`, before it has reported anything: then pySHACL is to be asked.
Where pySHACL departs from the Recommendation (https://www.w3.org/TR/shacl/), this follows the Recommendation.

Terms of the data are strings in N-Triples syntax, terms of the shapes are those of rdflib.
"""

from kg_builder.engine.compile import Plan, compile_shapes
from kg_builder.engine.data import Index, Unsupported, uncollected
from kg_builder.engine.run import RawResult, describe_paths, to_report
from kg_builder.engine.targets import Target, find_nodes, read_targets

__all__ = [
    "Index",
    "Plan",
    "RawResult",
    "Target",
    "Unsupported",
    "compile_shapes",
    "describe_paths",
    "find_nodes",
    "read_targets",
    "to_report",
    "uncollected",
]
