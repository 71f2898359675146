from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.logs import in_layout, log_of, record
from troubleshooter.errors import UnreadableInputError
from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.layout import may_hold, place_of
from troubleshooter.sources.log_files import find_log_files

_NAME = (
    "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/03/02/111122223333_CloudTrail_eu-west-1_20260302T1405Z_x.json.gz"
)


def test_a_path_of_the_layout_says_account_region_and_time() -> None:
    place = place_of(f"/data/{_NAME}")
    assert (place.account, place.region, place.is_log) == ("111122223333", "eu-west-1", True)
    assert place.begin is not None
    assert place.begin.isoformat() == "2026-03-02T14:05:00+00:00"
    organization = place_of(_NAME.replace("AWSLogs/", "prefix/AWSLogs/o-a1b2c3d4e5/"))
    assert organization.account == "111122223333"
    assert place_of("somewhere/log.json").account is None


@pytest.mark.parametrize(
    "path",
    [
        _NAME.replace("CloudTrail/", "CloudTrail-Digest/"),
        _NAME.replace("CloudTrail/", "CloudTrail-Insight/"),
        "111122223333_CloudTrail-Digest_eu-west-1_trail_20260302T1405Z.json.gz".replace("trail_", ""),
    ],
)
def test_digest_and_insight_files_are_no_logs(path: str) -> None:
    assert not place_of(path).is_log


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (ScanFilters(), True),
        (ScanFilters(accounts=("222233334444",)), False),
        (ScanFilters(regions=("us-east-1",)), False),
        (ScanFilters(since="2026-03-02T14:00:00Z"), True),
        (ScanFilters(since="2026-03-02T15:30:00Z"), False),
        (ScanFilters(until="2026-03-02T10:00:00Z"), True),  # delivered late
        (ScanFilters(until="2026-03-01T10:00:00Z"), False),
    ],
)
def test_filters_prune_by_path(filters: ScanFilters, *, kept: bool) -> None:
    assert may_hold(place_of(_NAME), filters) is kept


def test_folders_are_pruned_before_they_are_listed(tmp_path: Path) -> None:
    data = log_of([record()])
    for account in ("111122223333", "222233334444"):
        for region in ("eu-west-1", "us-east-1"):
            for day in ("2026/02/20", "2026/03/02"):
                in_layout(tmp_path, data, account=account, region=region, day=day)
    (tmp_path / ".hidden").write_text("{}")
    digest = tmp_path / "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/02"
    digest.mkdir(parents=True)
    (digest / "d.json.gz").write_bytes(b"")
    everything = find_log_files([str(tmp_path)], ScanFilters())
    assert len(everything.files) == 8
    assert not everything.problems
    some = find_log_files(
        [str(tmp_path)],
        ScanFilters(accounts=("111122223333",), regions=("eu-west-1",), since="2026-03-01T00:00:00Z"),
    )
    assert [Path(file.path).parts[-4:-1] for file in some.files] == [("2026", "03", "02")]
    assert some.pruned == 3


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    in_layout(tmp_path, log_of([record()]))
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_log_files([str(tmp_path)], ScanFilters()).files) == 1


def test_a_path_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnreadableInputError, match="no such file"):
        find_log_files(["/does/not/exist"], ScanFilters())
