"""What a CloudTrail table in Athena looks like: its partitions and how its columns are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_ACCOUNT_NAMES = ("account", "accountid", "account_id", "recipientaccountid")
_REGION_NAMES = ("region", "awsregion", "aws_region")
_DAY_NAMES = ("timestamp", "date", "day", "dt", "eventdate", "event_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """Column name -> type, and the partition columns; by default the table that ``--print-ddl`` makes."""

    partitions: tuple[str, ...] = ("account", "region", "timestamp")
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def account_partition(self) -> str | None:
        """The partition column that holds the account, if any."""
        return self._first(_ACCOUNT_NAMES)

    @property
    def region_partition(self) -> str | None:
        """The partition column that holds the Region, if any."""
        return self._first(_REGION_NAMES)

    @property
    def day_partition(self) -> str | None:
        """The partition column that holds the day as ``yyyy/MM/dd``, if any."""
        return self._first(_DAY_NAMES)

    @property
    def split_day(self) -> bool:
        """Whether the day is parted into ``year``, ``month`` and ``day`` columns, as in AWS's hand-made partitions."""
        return {"year", "month", "day"} <= set(self.partitions)

    def is_timestamp(self, column: str) -> bool:
        """Return whether a column is a timestamp (CloudTrail Lake's ``eventtime``), not text."""
        return self.types.get(column, "").lower().startswith("timestamp")

    def is_map(self, column: str) -> bool:
        """Return whether a column is a map (CloudTrail Lake's ``requestparameters``), not JSON text."""
        return self.types.get(column, "").lower().startswith("map")

    def _first(self, names: tuple[str, ...]) -> str | None:
        if self.split_day and names is _DAY_NAMES:
            return None
        return next((name for name in names if name in self.partitions), None)


def shape_from(columns: Mapping[str, str], partitions: Mapping[str, str]) -> TableShape:
    """Return the shape of a table as the Glue catalog describes it."""
    return TableShape(
        partitions=tuple(name.lower() for name in partitions),
        types={name.lower(): kind for name, kind in columns.items()},
    )
