"""From a text to what stands where in its sentences: tokens, phrases, numbers, dates, parties, clauses."""
