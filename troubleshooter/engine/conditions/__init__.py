"""Condition operators, by family."""
