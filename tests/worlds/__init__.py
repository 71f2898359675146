"""Made-up organizations with faults whose truth is known: a seed -> a snapshot, a denied event, what blocks it."""
