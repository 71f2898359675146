"""IP address operators: an address or CIDR range, IPv4 and IPv6 never match each other.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from troubleshooter.engine.conditions.comparing import Comparison
from troubleshooter.engine.subject import Subject
from troubleshooter.engine.truth import INVALID, NO, YES

Range = tuple[int, int, int]
"""(IP version, first address, last address)."""


def in_ranges(values: Sequence[str], _variables: bool) -> Comparison:
    """Match an address in any of the ranges; what is no address satisfies neither operator (see ``silent``)."""
    parsed = [read_range(value) for value in values]
    ranges = [item for item in parsed if item is not None]
    unmatched = INVALID if len(ranges) < len(parsed) else NO

    def compare(value: str, _subject: Subject) -> int:
        address = read_range(value)
        if address is None or address[1] != address[2]:
            return INVALID
        version, found, _ = address
        for kind, low, high in ranges:
            if kind == version and low <= found <= high:
                return YES
        return unmatched

    return compare


@lru_cache(maxsize=65_536)
def read_range(text: str) -> Range | None:
    """Return the range of a CIDR, a bare address being a range of one; None where it is neither."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return network.version, int(network.network_address), int(network.broadcast_address)
