"""What the message states, told in a sentence that reads well."""

from __future__ import annotations

import pytest

import troubleshooter


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("a service control policy", "a statement of an SCP"),
        ("an identity-based policy", "a statement of an identity policy"),
        ("a session policy", "a statement of a session policy"),
        ("a resource-based policy", "a statement of a bucket policy"),
    ],
)
def test_the_article_fits_the_kind_of_policy(stated: str, told: str) -> None:
    text = (
        "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: "
        f"arn:aws:s3:::reports/a.csv with an explicit deny in {stated}"
    )
    (denial,) = troubleshooter.parse(text)
    assert told in troubleshooter.diagnose(denial, troubleshooter.Evidence()).findings[0].because
