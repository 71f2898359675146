"""A whole account's identities: get-account-authorization-details, every page.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from troubleshooter.evidence.api import call
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.vocabulary import PolicyType

DETAILS = call("iam.get_account_authorization_details", "iam:GetAccountAuthorizationDetails", PolicyType.IDENTITY)
CALLS = (DETAILS,)
_LISTS = {
    "UserDetailList": "users",
    "GroupDetailList": "groups",
    "RoleDetailList": "roles",
    "Policies": "managed_policies",
}


def collect(collecting: Collecting) -> None:
    """Read every page; only when the last one came is the listing complete."""
    reader = collecting.reader
    scope = f"account {reader.account}"
    for page in reader.pages(DETAILS, scope):
        if not page.read:
            return
        for name, kind in _LISTS.items():
            reader.store.looked(reader.account, kind)
            for entry in page.get(name) or []:
                reader.store.put(reader.account, kind, str(entry["Arn"]), entry)
    reader.store.complete_identities(reader.account)
