"""Which nodes the shapes look at: the targets of SHACL (section 2.1.3), implicit class targets included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import rdflib
from rdflib import RDF, RDFS, SH
from rdflib.term import Node

from kg_builder.engine.data import Index
from kg_builder.graphs import nt

_BY = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)
_KINDS = (SH.NodeShape, SH.PropertyShape)


@dataclass(frozen=True, slots=True)
class Target:
    """What the targets of a shape name: nodes, classes, and properties by whose subjects or objects nodes are found."""

    nodes: tuple[str, ...]
    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    objects_of: tuple[str, ...]

    def find(self, index: Index) -> list[str]:
        """The nodes, each once."""
        found = dict.fromkeys(self.nodes)
        for cls in self.classes:
            found.update(dict.fromkeys(index.instances(cls)))
        for predicate in self.subjects_of:
            found.update(dict.fromkeys(index.objects(predicate)))
        for predicate in self.objects_of:
            found.update(dict.fromkeys(index.subjects(predicate)))
        return list(found)


def read_targets(shapes: rdflib.Graph) -> dict[Node, Target]:
    """The shapes that have a target, in a fixed order."""
    typed = {node for kind in _KINDS for node in shapes.subjects(RDF.type, kind)}
    targets = {}
    for node in sorted(typed.union(*(shapes.subjects(predicate) for predicate in _BY)), key=nt):
        nodes, classes, subjects, objects = (sorted(map(nt, shapes.objects(node, predicate))) for predicate in _BY)
        if node in typed and _is_class(node, shapes):
            classes.append(nt(node))
        if nodes or classes or subjects or objects:
            targets[node] = Target(tuple(nodes), tuple(classes), tuple(subjects), tuple(objects))
    return targets


def find_nodes(index: Index, targets: Iterable[Target]) -> dict[Target, list[str]]:
    """What each target finds in the data; targets of many shapes are the same."""
    return {target: target.find(index) for target in dict.fromkeys(targets)}


def _is_class(node: Node, shapes: rdflib.Graph) -> bool:
    return any(RDFS.Class in shapes.transitive_objects(kind, RDFS.subClassOf) for kind in shapes.objects(node, RDF.type))
