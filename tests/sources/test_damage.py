"""A folder in which some files are damaged in ten ways: nothing is lost but what they hold."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.logs import in_layout, log_of, oracle, record, scanned
from troubleshooter.usecases.scan import scan

_GOOD = [record("AccessDenied" if number % 2 else None, number=number) for number in range(60)]


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _no_trailer(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-6])


def _bad_checksum(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(_flip(data, len(data) - 6))


def _flipped_block(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(_flip(data, len(data) // 2))


def _not_gzip(path: Path) -> None:
    path.write_bytes(b"this is no log at all\n")


def _header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5])


def _half_json(path: Path) -> None:
    data = log_of(_GOOD)
    path.write_bytes(gzip.compress(data[: len(data) // 2]))


def _bad_utf8(path: Path) -> None:
    path.write_bytes(gzip.compress(log_of(_GOOD).replace(b'"e-000007"', b'"e-\xff\xfe"')))


def _bad_record(path: Path) -> None:
    path.write_bytes(gzip.compress(log_of(_GOOD).replace(b'"eventID":"e-000001"', b'"eventID" "e-000001"')))


def _link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("gone"))


_WAYS: tuple[Callable[[Path], None], ...] = (
    _truncate, _no_trailer, _bad_checksum, _flipped_block, _not_gzip, _header_only, _half_json, _bad_utf8, _bad_record,
    _link_to_nothing,
)  # fmt: skip


@pytest.mark.parametrize("strict", [False, True])
def test_only_damaged_files_lose_anything(tmp_path: Path, *, strict: bool) -> None:
    for number in range(200):
        in_layout(tmp_path, log_of(_GOOD), number=number)
    paths = sorted(tmp_path.rglob("*.json.gz"))
    damaged = paths[::20]
    assert len(damaged) == len(_WAYS)
    for path, way in zip(damaged, _WAYS, strict=True):
        way(path)
    result = scan(tmp_path, diagnose=False, jobs=1, strict=strict)
    named = {problem.file for problem in result.problems}
    assert named == {str(path) for path in damaged}
    whole = (len(paths) - len(damaged)) * len(oracle(_GOOD))
    # Of the damaged ones, three still hold all their records and one all but the bad record.
    assert result.totals.denials >= whole + 4 * len(oracle(_GOOD)) - 1
    assert result.totals.denials <= whole + len(damaged) * len(oracle(_GOOD))


def test_strict_names_damage_in_records_that_are_no_denials(tmp_path: Path) -> None:
    data = log_of(_GOOD).replace(b'"r-4"', b'"\xff\xfe"')
    path = in_layout(tmp_path, data)
    assert not scanned(path).problems
    assert "UTF-8" in scanned(path, strict=True).problems[0].reason


def test_bytes_that_are_no_text_do_not_stop_the_diagnosis(tmp_path: Path) -> None:
    in_layout(tmp_path, log_of(_GOOD).replace(b'"r-7"', b'"\xff\xfe"'))
    assert scan(tmp_path).groups[0].finding is not None


def test_what_stands_before_the_damage_is_read(tmp_path: Path) -> None:
    path = in_layout(tmp_path, log_of(_GOOD))
    _no_trailer(path)
    scan_of = scanned(path)
    assert [hit.eventID for hit, _ in scan_of.hits] == oracle(_GOOD)
    assert scan_of.problems
    _half_json(path)
    half = scanned(path)
    assert 0 < len(list(half.hits)) < len(oracle(_GOOD))
    assert "ends in the middle" in half.problems[0].reason


def test_a_file_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    path = in_layout(tmp_path, log_of(_GOOD))
    size = path.stat().st_size
    path.unlink()
    from troubleshooter.sources.log_files import LogFile
    from troubleshooter.sources.scan_file import FileScanner

    found = FileScanner().scan(LogFile(path=str(path), size=size))
    assert found.unreadable
    assert "no such file" in found.problems[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_is_a_problem(tmp_path: Path) -> None:
    in_layout(tmp_path, log_of(_GOOD))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    assert [problem.file for problem in scan(tmp_path, diagnose=False).problems] == [str(closed)]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.zip", b"PK\x03\x04rest", "zip archives"),
        ("a.zst", b"\x28\xb5\x2f\xfdrest", "zstd archives"),
        ("a.txt", b"hello", "not json"),
        ("a.json", b'{"a": 1}', "no cloudtrail record"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.parquet", b"PAR1 but no more", "parquet"),
        ("a.csv", b'eventname,eventsource\n"' + b"x" * 20_000_000, "damaged csv"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    found = scanned(path)
    assert words in found.problems[0].reason.lower()
    assert not list(found.hits)


def test_bad_record_among_good_ones_in_every_layout(tmp_path: Path) -> None:
    lines = [json.dumps(item) for item in _GOOD]
    lines[10] = lines[10][:-30]
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join(lines))
    found = scanned(path)
    kept = [item for number, item in enumerate(_GOOD) if number != 10]
    assert [hit.eventID for hit, _ in found.hits] == oracle(kept)
    assert len(found.problems) == 1


def test_many_bad_records_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("\n".join('{"eventVersion": bad' for _ in range(500)))
    assert len(scanned(path).problems) <= 20
