"""Read log files from ``s3://bucket/prefix``: list only the folders that the filters may need, fetch file by file."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from troubleshooter.errors import UnreachableError
from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.layout import may_hold, place_of
from troubleshooter.sources.log_files import Listing, LogFile

_IN_MEMORY = 8 * 1024 * 1024
_BLOCK = 1024 * 1024
_SCHEME = "s3://"
_clients: dict[tuple[str | None, str | None], Any] = {}
if hasattr(os, "register_at_fork"):
    # Connections must not be shared with forked workers.
    os.register_at_fork(after_in_child=_clients.clear)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Folder:
    """Access to S3; small enough to be sent to other processes, each of which makes its own client."""

    profile: str | None = None
    endpoint_url: str | None = None

    def find(self, addresses: Sequence[str], filters: ScanFilters) -> Listing:
        """Return the objects below ``addresses`` that may hold what ``filters`` keep.

        Folders are listed level by level, so that other accounts, Regions and days are never listed. Raises
        UnreachableError where a bucket cannot be listed.
        """
        listing = Listing()
        for address in addresses:
            bucket, prefix = _split(address)
            for key, size in self._keys(bucket, prefix, filters, listing):
                listing.files.append(LogFile(path=f"s3://{bucket}/{key}", size=size))
        listing.files.sort(key=lambda file: file.path)
        return listing

    def _keys(self, bucket: str, prefix: str, filters: ScanFilters, listing: Listing) -> Iterator[tuple[str, int]]:
        waiting = [prefix]
        while waiting:
            folder = waiting.pop()
            for page in self._pages(bucket, folder):
                folders = [inner["Prefix"] for inner in page.get("CommonPrefixes", ())]
                waiting += [inner for inner in folders if self._wanted(inner, filters, listing, is_folder=True)]
                for item in page.get("Contents", ()):
                    if not item["Key"].endswith("/") and self._wanted(item["Key"], filters, listing, is_folder=False):
                        yield item["Key"], int(item["Size"])

    def _wanted(self, key: str, filters: ScanFilters, listing: Listing, *, is_folder: bool) -> bool:
        place = place_of(key)
        if not place.is_log:
            listing.not_logs += not is_folder
            return False
        if may_hold(place, filters):
            return True
        listing.pruned += 1
        return False

    def _pages(self, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            pages = self._client().get_paginator("list_objects_v2")
            yield from pages.paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
        except (BotoCoreError, ClientError) as trouble:
            raise UnreachableError(f"cannot list s3://{bucket}/{prefix}: {trouble}") from trouble

    def open(self, file: LogFile) -> BinaryIO:
        """Fetch one object; raises OSError where that fails, as opening a file does."""
        from botocore.exceptions import BotoCoreError, ClientError

        bucket, key = _split(file.path)
        # Small objects stay in memory, large ones go through a file on disk: the reader must be able to start over.
        out = io.BytesIO() if file.size <= _IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        try:
            body = self._client().get_object(Bucket=bucket, Key=key)["Body"]
            while block := body.read(_BLOCK):
                out.write(block)
        except (BotoCoreError, ClientError) as trouble:
            out.close()
            raise OSError(str(trouble)) from trouble
        out.seek(0)
        return cast("BinaryIO", out)

    def _client(self) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
        key = (self.profile, self.endpoint_url)
        if key not in _clients:
            import boto3
            from botocore.exceptions import BotoCoreError

            try:
                _clients[key] = boto3.Session(profile_name=self.profile).client("s3", endpoint_url=self.endpoint_url)
            except BotoCoreError as trouble:
                raise UnreachableError(f"cannot reach S3: {trouble}") from trouble
        return _clients[key]


def _split(address: str) -> tuple[str, str]:
    bucket, _, key = address.removeprefix(_SCHEME).partition("/")
    return bucket, key
