"""A draft as claims.yaml, for a person to review."""
