"""kg-builder turns what a human-rights statement says into a linked-data graph that people can trust.

>>> import kg_builder
>>> sorted(kg_builder.__all__)
['Answer', 'Build', 'Folder', 'InputError', 'KgBuilderError', 'Report', '__version__', 'ask', 'build', 'load', 'validate']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from kg_builder.errors import InputError as InputError
    from kg_builder.errors import KgBuilderError as KgBuilderError
    from kg_builder.pipeline import Build as Build
    from kg_builder.pipeline import build as build
    from kg_builder.query import Answer as Answer
    from kg_builder.query import ask as ask
    from kg_builder.source import Folder as Folder
    from kg_builder.source import open_folder as load
    from kg_builder.validation import Report as Report
    from kg_builder.validation import validate as validate

_HOMES = {
    "Answer": ("query", "Answer"),
    "Build": ("pipeline", "Build"),
    "Folder": ("source", "Folder"),
    "InputError": ("errors", "InputError"),
    "KgBuilderError": ("errors", "KgBuilderError"),
    "Report": ("validation", "Report"),
    "ask": ("query", "ask"),
    "build": ("pipeline", "build"),
    "load": ("source", "open_folder"),
    "validate": ("validation", "validate"),
}

__all__ = [
    "Answer",
    "Build",
    "Folder",
    "InputError",
    "KgBuilderError",
    "Report",
    "__version__",
    "ask",
    "build",
    "load",
    "validate",
]


def __getattr__(attribute: str) -> Any:
    """Each name is imported when it is first used: the command line starts in a blink."""
    if attribute not in _HOMES:
        raise AttributeError(f"module 'kg_builder' has no attribute '{attribute}'")
    module, name = _HOMES[attribute]
    return getattr(import_module(f"kg_builder.{module}"), name)
