"""What differs between two graphs, in words: by statement and utterance where the graphs are of our form, else by resource."""

from kg_builder.diff.compare import Pair, compare
from kg_builder.diff.tell import FORMATS, tell
from kg_builder.diff.words import Difference, Entry, Part, User, Value, in_words

__all__ = ["FORMATS", "Difference", "Entry", "Pair", "Part", "User", "Value", "compare", "in_words", "tell"]
