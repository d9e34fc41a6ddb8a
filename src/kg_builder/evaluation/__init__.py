"""Holds draft claims against claims that a person has labelled: precision, recall and F1 for each kind and slot."""

from kg_builder.evaluation.folders import Pair, Pairing, pair
from kg_builder.evaluation.report import Evaluation, evaluate

__all__ = ["Evaluation", "Pair", "Pairing", "evaluate", "pair"]
