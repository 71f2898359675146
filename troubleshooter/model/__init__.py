"""Frozen values that every room shares: standard library only, parsed once, validated at the edge."""
