"""From a text to draft claims, which a person reviews: beside the way of the data, never on it."""
