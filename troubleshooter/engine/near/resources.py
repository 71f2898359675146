"""The Resource element missed: another account, Region or name, the bucket for the object, or a typo."""

from __future__ import annotations

from troubleshooter.engine.near.likeness import likeness, listed
from troubleshooter.engine.near.missed import Missed
from troubleshooter.engine.patterns import as_pattern, compile_pattern
from troubleshooter.engine.resources import ResourceElement
from troubleshooter.engine.subject import Subject
from troubleshooter.model.arn import s3_bucket_of

_FIELDS = ("prefix", "partition", "service", "Region", "account", "resource")
_NAME = 5
_ONE_FIELD = 0.9
_BUCKET = 0.93


def missed_resource(element: ResourceElement, subject: Subject, *, only_star: bool) -> Missed | None:
    """Return how the element misses the request's resource, judged by its closest pattern."""
    actual = subject.resource
    if element.inverted:
        return _result(element, actual, "the statement leaves this resource out in NotResource", 0.5)
    if only_star:
        hint = "this action has no resource types and matches only Resource *"
        return _result(element, actual, hint, _ONE_FIELD)
    if not element.texts:
        return None
    scored = [(_compare(text, actual), text) for text in element.texts]
    (similarity, hint), _ = max(scored, key=lambda item: item[0][0])
    return _result(element, actual, hint, similarity)


def _result(element: ResourceElement, actual: str, hint: str, similarity: float) -> Missed:
    words = listed(element.texts)
    return Missed(
        required=f"not {words}" if element.inverted else words,
        actual=actual,
        hint=hint,
        similarity=similarity,
        values=element.texts,
    )


def _compare(text: str, actual: str) -> tuple[float, str]:
    """Return how alike a pattern and the resource are, and the one thing to look at."""
    wanted, given = text.split(":", _NAME), actual.split(":", _NAME)
    if len(wanted) <= _NAME or len(given) <= _NAME:
        return 0.1, f"the statement names {text}"
    different = [index for index in range(_NAME) if not _fits(wanted[index], given[index])]
    name_fits = _fits(wanted[_NAME], given[_NAME])
    if not different and not name_fits:
        return _compare_names(text, actual, wanted[_NAME], given[_NAME])
    if name_fits and len(different) == 1:
        index = different[0]
        word = _FIELDS[index]
        return _ONE_FIELD, (
            f"the resource has {word} {given[index] or '(none)'}, the statement {wanted[index] or '(none)'}"
        )
    shared = (6 - len(different)) / 12
    words = ", ".join(_FIELDS[index] for index in different)
    if name_fits:
        return 0.3 + 0.3 * shared, f"the statement's ARN has another {words}"
    return 0.2 * shared, f"the statement names {text}: another {words} and name"


def _fits(pattern: str, text: str) -> bool:
    return compile_pattern(as_pattern(pattern))(text)


def _compare_names(text: str, actual: str, wanted: str, given: str) -> tuple[float, str]:
    bucket, other = s3_bucket_of(actual), s3_bucket_of(text)
    if bucket is not None and other is not None and _fits(other, bucket):
        return _compare_s3(text, actual, wanted, given)
    alike = likeness(_bare(wanted), _bare(given))
    where = "bucket" if bucket and other else "resource"
    return 0.25 + 0.6 * alike, f"the statement names {where} {other or wanted}, the request {bucket or given}"


def _compare_s3(text: str, actual: str, wanted: str, given: str) -> tuple[float, str]:
    """Compare where the bucket fits: its ARN stands for the objects' ARN or the reverse, or the keys differ.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
    """
    bucket = given.split("/", 1)[0]
    if "/" in given and "/" not in wanted:
        return _BUCKET, f"the statement names the bucket, this action needs the object ARN ({text.rstrip('*')}/*)"
    if "/" not in given:
        return _BUCKET, f"the statement names objects, this action needs the bucket ARN ({actual})"
    keys = wanted.split("/", 1)[1], given.split("/", 1)[1]
    alike = likeness(_bare(keys[0]), keys[1])
    return 0.75 + 0.15 * alike, f"the statement covers {keys[0]} in {bucket}, the request is for {keys[1]}"


def _bare(pattern: str) -> str:
    return pattern.rstrip("*").lower()
