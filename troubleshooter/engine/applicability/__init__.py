"""Which policies of the evidence apply to a request: one file per side of the question."""
