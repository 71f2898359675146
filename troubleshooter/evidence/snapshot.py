"""A snapshot folder, or a bare get-account-authorization-details file -> Evidence.

Every file is optional and every file may be damaged: what is missing stays None ("not read"), what is
damaged stays None too and leaves a ``Gap`` that names the file and the place, and the rest is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from troubleshooter.errors import SnapshotError
from troubleshooter.evidence.json_files import DamagedFileError, read_json
from troubleshooter.evidence.snapshot_account import AccountReader, authorization_details
from troubleshooter.evidence.snapshot_organization import organization_of
from troubleshooter.model.arn import account_of, is_account_id
from troubleshooter.model.evidence import AccountEvidence, AwsAnswer, Evidence, Gap, JsonObject, OrganizationEvidence
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.shapes import as_object, as_text, objects, texts

_SCHEMA_VERSION = 1
_DETAIL_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def load_snapshot(path: str | Path) -> Evidence:
    """Return the evidence in ``path``: a snapshot folder, or one authorization-details file.

    Raises SnapshotError only where nothing at all can be used; all other trouble is in ``gaps``.
    """
    place = Path(path)
    if place.is_dir():
        return _Folder(place).read()
    if not place.exists():
        raise SnapshotError(
            f"no snapshot at {place}: give a folder that `collect` wrote, or an authorization-details file"
        )
    try:
        document = as_object(read_json(place))
    except DamagedFileError as error:
        raise SnapshotError(f"{place} is not usable as a snapshot: {error}") from error
    return _bare_file(place, document or {})


def _bare_file(place: Path, document: JsonObject) -> Evidence:
    """Read a bare get-account-authorization-details output as a snapshot of the one account in its ARNs."""
    account = _account_in(document)
    if not any(name in document for name in _DETAIL_LISTS):
        raise SnapshotError(
            f"{place} is no snapshot: expected a folder, or the output of `aws iam get-account-authorization-details`"
        )
    if account is None:
        raise SnapshotError(f"{place} names no account: it lists no user, group, role or policy of one")
    parts, gaps = authorization_details(document, account, place.name)
    return Evidence(
        accounts={account: AccountEvidence(account_id=account, **parts)}, gaps=tuple(gaps), source=str(place)
    )


def _account_in(document: JsonObject) -> str | None:
    """Return the first account id in the ARNs of a details document (AWS-managed policies name none)."""
    entries = (entry for name in _DETAIL_LISTS for entry in objects(document.get(name)))
    return next((found for entry in entries if (found := account_of(as_text(entry.get("Arn"))))), None)


@dataclass(slots=True)
class _Folder:
    """Reads one snapshot folder, gathering gaps on the way."""

    root: Path
    gaps: list[Gap] = field(default_factory=list)
    usable: int = 0

    def read(self) -> Evidence:
        """Return the folder's evidence; raises SnapshotError where no file of it is usable."""
        header = as_object(self._json("snapshot.json", "none")) or {}
        organization = self._organization()
        accounts = {folder.name: self._account(folder) for folder in self._account_folders()}
        if not self.usable:
            reason = f": {self.gaps[0].reason}" if self.gaps else ": it holds none of a snapshot's files"
            raise SnapshotError(f"{self.root} is not usable as a snapshot{reason}")
        self._check_version(header)
        return Evidence(
            accounts=accounts,
            organization=organization,
            gaps=(*self._listed_gaps(), *self.gaps),
            aws_answers=self._aws_answers(),
            collected_at=as_text(header.get("collected_at")),
            source=str(self.root),
        )

    def _account_folders(self) -> list[Path]:
        folder = self.root / "accounts"
        if not folder.is_dir():
            return []
        found = sorted(item for item in folder.iterdir() if item.is_dir() and not item.name.startswith("."))
        for item in found:
            if not is_account_id(item.name):
                self._gap("none", f"accounts/{item.name}", "is no 12-digit account id; left out")
        return [item for item in found if is_account_id(item.name)]

    def _account(self, folder: Path) -> AccountEvidence:
        reader = AccountReader(account=folder.name, read=self._json, gaps=self.gaps)
        return reader.evidence()

    def _organization(self) -> OrganizationEvidence | None:
        name = "organization.json"
        if not (self.root / name).exists():
            return None
        count = len(self.gaps)
        value = self._json(name, "scp")
        if len(self.gaps) > count:
            return None
        organization, troubles = organization_of(value)
        for trouble in troubles:
            self._gap("scp", name, trouble)
        return organization

    def _listed_gaps(self) -> tuple[Gap, ...]:
        """Return what the collector itself could not read (gaps.json)."""
        entries = objects(self._json("gaps.json", "none"))
        return tuple(
            Gap(
                policy_type=as_text(entry.get("policy_type")) or "none",
                scope=as_text(entry.get("scope")) or "",
                reason=as_text(entry.get("reason")) or "not read",
                remedy=as_text(entry.get("remedy")) or "",
            )
            for entry in entries
        )

    def _aws_answers(self) -> tuple[AwsAnswer, ...]:
        """Return what AWS itself said when the evidence was collected (aws-answers.json)."""
        entries = objects(self._json("aws-answers.json", "none"))
        return tuple(
            AwsAnswer(
                kind=as_text(entry.get("kind")) or "",
                decision=as_text(entry.get("decision")),
                policy_types=tuple(texts(entry.get("policy_types"))),
                statements=tuple(objects(entry.get("statements"))),
                context={key: tuple(texts(values)) for key, values in (as_object(entry.get("context")) or {}).items()},
                raw=as_object(entry.get("raw")) or {},
                blind_spots=tuple(texts(entry.get("blind_spots"))),
            )
            for entry in entries
        )

    def _json(self, name: str, policy_type: str) -> JsonValue:
        """Return a file's JSON; None where it is missing, or damaged (then a gap is kept).

        A file that holds ``null`` was looked at and is empty, so it comes back as an empty object.
        """
        path = self.root / name
        if not path.is_file():
            return None
        try:
            value = read_json(path)
        except DamagedFileError as error:
            self._gap(policy_type, name, str(error))
            return None
        if name not in {"snapshot.json", "gaps.json"}:
            self.usable += 1
        return {} if value is None and name != "organization.json" else value

    def _check_version(self, header: JsonObject) -> None:
        version = header.get("schema_version", _SCHEMA_VERSION)
        if version != _SCHEMA_VERSION:
            self._gap(
                "none", "snapshot.json", f"schema_version {version} is not {_SCHEMA_VERSION}; read as far as known"
            )

    def _gap(self, policy_type: str, name: str, reason: str) -> None:
        self.gaps.append(
            Gap(
                policy_type=policy_type,
                scope=name,
                reason=f"{name} {reason}",
                remedy=f"collect again, or repair {name}",
            )
        )
