"""Which services resource control policies apply to.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from functools import lru_cache

from troubleshooter.reference.data import top_level


@lru_cache(maxsize=1)
def rcp_services() -> frozenset[str]:
    """Return the action prefixes (``s3``, ``kms``) whose requests RCPs can deny."""
    names = top_level("rcpSupportedServices.json")
    return frozenset(str(name).lower() for name in names) if isinstance(names, list) else frozenset()
