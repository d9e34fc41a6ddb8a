"""From clauses to what is claimed, denied and demanded in them, by whom."""
