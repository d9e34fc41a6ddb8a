"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest
from test_architecture import MODULES, PACKAGE

WITH_EXAMPLES = sorted(name for name, path in MODULES.items() if ">>> " in path.read_text("utf-8"))


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_are_true(name: str) -> None:
    module = importlib.import_module(f"{PACKAGE}.{name}" if name != "__init__" else PACKAGE)
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
