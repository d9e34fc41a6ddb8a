"""``python -m kg_builder`` is ``kg-builder``."""

from kg_builder.cli import main

main()
