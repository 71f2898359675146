"""The SQL that finds, groups and counts denials in Athena, so that only groups and samples come back.

One text runs on Athena (Trino) and, with a few macros, on DuckDB; it keeps to what both mean alike: no ``UNNEST``, no
``map_agg``, no array subscripts, no partial ``date_diff``; ``NULL`` is made ``''`` before ``max_by``, which skips it
in one of them.

It groups a little finer than the report does (by account, Region and message), never coarser, except for object keys:
where a folder of a bucket has more than ten denied keys they come back as one row.
"""

from __future__ import annotations

import datetime as dt

from troubleshooter.denials.codes import DENIAL_PATTERN
from troubleshooter.history.folding import MANY
from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.athena_table import TableShape
from troubleshooter.sources.sql_literals import table_name, text_list, text_literal, whole_number

MOST_ROWS = 10_000
_IDENTITY = {
    "user_type": "useridentity.type",
    "user_principalid": "useridentity.principalid",
    "user_arn": "useridentity.arn",
    "user_accountid": "useridentity.accountid",
    "user_invokedby": "useridentity.invokedby",
    "user_accesskeyid": "useridentity.accesskeyid",
    "user_username": "useridentity.username",
    "issuer_type": "useridentity.sessioncontext.sessionissuer.type",
    "issuer_principalid": "useridentity.sessioncontext.sessionissuer.principalid",
    "issuer_arn": "useridentity.sessioncontext.sessionissuer.arn",
    "issuer_accountid": "useridentity.sessioncontext.sessionissuer.accountid",
    "issuer_username": "useridentity.sessioncontext.sessionissuer.username",
    "session_mfa": "useridentity.sessioncontext.attributes.mfaauthenticated",
    "session_created": "useridentity.sessioncontext.attributes.creationdate",
}
_RESOURCES = {
    f"resource{number}_{name}": f"(element_at(resources, {number})).{name}"
    for number in (1, 2, 3)
    for name in ("arn", "accountid", "type")
}
_PLAIN = (
    "eventtype", "sourceipaddress", "useragent", "errormessage", "requestid", "eventid", "vpcendpointid",
    "eventcategory",
    "additionaleventdata", "sharedeventid", "readonly",
)  # fmt: skip
SAMPLE_COLUMNS = (*_IDENTITY, *_RESOURCES, *_PLAIN, "parameters")
"""The columns that come back for one record of each group, enough to parse it."""
_SHAPE = (
    "caller",
    "user_kind",
    "eventsource",
    "eventname",
    "errorcode",
    "awsregion",
    "recipientaccountid",
    "message",
    "about",
)
_DAY = dt.timedelta(days=1)


def denials_sql(table: str, filters: ScanFilters, shape: TableShape | None = None, *, limit: int = MOST_ROWS) -> str:
    """Return the query for the denials that ``filters`` keep; raises UsageError for a value that no SQL should hold.

    Filters on principal, action and resource need the parsed record: they apply to the rows that come back.
    """
    shape = shape or TableShape()
    folds = f"keys_in_folder > {whole_number(MANY)}" if not filters.resources else "1 = 0"
    group = ", ".join((*_SHAPE[:-1], "folded_about", "fold"))
    # Every value in this text went through sql_literals.
    return f"""WITH denied AS (
  SELECT
    {sample_columns(shape)},
    {_caller(filters)} AS caller,
    coalesce(useridentity.type, '') || ' ' || coalesce(useridentity.accountid, '') AS user_kind,
    eventsource, eventname, errorcode, awsregion, recipientaccountid,
    {time_text(shape)} AS time
  FROM {table_name(table)}
  WHERE {_where(filters, shape)}
    AND regexp_like(lower({_plain_code()}), {text_literal(DENIAL_PATTERN)})
), shaped AS (
  SELECT denied.*,
    {_message()} AS message,
    CASE WHEN regexp_like(errormessage, 'on resource: "?(arn:|[*])')
      THEN regexp_extract(errormessage, 'on resource: "?([^ "]+)',
      1) ELSE parameters || ' ' || resource1_arn END AS about,
    CASE WHEN regexp_like(errormessage, 'on resource: "?(arn:|[*])')
      THEN regexp_extract(errormessage, 'on resource: "?(arn:aws[a-z-]*:s3:::[^ "]+)', 1)
      WHEN regexp_like(resource1_arn, '^arn:aws[a-z-]*:s3:::.') THEN resource1_arn ELSE '' END AS object_arn
  FROM denied
), hourly AS (
  SELECT {", ".join(_SHAPE)}, object_arn,
    coalesce(regexp_extract(object_arn, '^(arn:aws[a-z-]*:s3:::[^/]+/(.*/)?)[^/]+$', 1), '') AS folder,
    substr(time, 1, 13) AS hour,
    count(*) AS denials, min(time) AS first_seen, max(time) AS last_seen, max(time || ' ' || eventid) AS last_key,
    min(time || ' ' || eventid, 3) AS earliest,
    array_agg(DISTINCT sourceipaddress) AS addresses,
    {_samples("time || ' ' || eventid")}
  FROM shaped
  GROUP BY {", ".join(_SHAPE)}, object_arn, substr(time, 1, 13)
), ranked AS (
  SELECT hourly.*, dense_rank() OVER (
    PARTITION BY caller, user_kind, eventsource, eventname, awsregion, recipientaccountid, folder ORDER BY object_arn
  ) AS key_number
  FROM hourly
), numbered AS (
  SELECT ranked.*, max(key_number) OVER (
    PARTITION BY caller, user_kind, eventsource, eventname, awsregion, recipientaccountid, folder
  ) AS keys_in_folder
  FROM ranked
), foldable AS (
  SELECT numbered.*,
    CASE WHEN folder <> '' AND {folds} THEN folder ELSE '' END AS fold,
    CASE WHEN folder <> '' AND {folds} THEN '' ELSE about END AS folded_about
  FROM numbered
), grouped AS (
  SELECT {", ".join((*_SHAPE[:-1], "fold"))},
    sum(denials) AS denials, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
    array_join(array_sort(array_agg(hour || '=' || CAST(denials AS varchar))), ' ') AS hours,
    array_join(slice(array_sort(flatten(array_agg(earliest))), 1, 3), ' ') AS earliest,
    array_join(slice(array_sort(array_distinct(flatten(array_agg(addresses)))), 1, 100), ' ') AS addresses,
    {_samples("last_key")}
  FROM foldable
  GROUP BY {group}
)
SELECT grouped.*, sum(denials) OVER () AS all_denials, count(*) OVER () AS all_rows
FROM grouped
ORDER BY denials DESC, last_seen DESC, caller, eventname
LIMIT {whole_number(limit)}"""  # noqa: S608


def sample_columns(shape: TableShape) -> str:
    """Return the columns that make up a record, structs taken apart: clients differ in how they give structs."""
    named = {**_IDENTITY, **_RESOURCES, **{name: name for name in _PLAIN}}
    lines = [f"coalesce({expression}, '') AS {name}" for name, expression in named.items()]
    return ",\n    ".join((*lines, f"coalesce({json_text('requestparameters', shape)}, '') AS parameters"))


def json_text(column: str, shape: TableShape) -> str:
    """Return an expression for a column of JSON as text."""
    return f"json_format(CAST({column} AS json))" if shape.is_map(column) else column


def time_text(shape: TableShape) -> str:
    """Return an expression for the event's time as CloudTrail writes it."""
    if shape.is_timestamp("eventtime"):
        return "date_format(eventtime, '%Y-%m-%dT%H:%i:%sZ')"
    return "coalesce(eventtime, '')"


def _caller(filters: ScanFilters) -> str:
    """Return whose denials count together: the role; the session too where a filter may name it."""
    role = "useridentity.sessioncontext.sessionissuer.arn"
    rest = "useridentity.arn, useridentity.principalid, useridentity.invokedby, useridentity.username, ''"
    if filters.principals:
        return f"coalesce({role}, '') || ' ' || coalesce({rest})"
    return f"coalesce({role}, {rest})"


def _plain_code() -> str:
    return "regexp_replace(errorcode, '^(.*#)?(Client[.])?(Server[.])?', '')"


def _message() -> str:
    """Return the message without what differs from call to call: the session's name, the resource, the encoded blob."""
    blob = "regexp_replace(errormessage, 'Encoded authorization failure message: .*', '')"
    session = f"regexp_replace({blob}, '(User: arn:aws[a-z-]*:sts::[0-9]+:assumed-role/[^/ ]+)/[^ ]+', '')"
    return f"""regexp_replace({session}, 'on resource: "?arn:[^ "]+"?', 'on resource')"""


def _samples(order: str) -> str:
    """Return the columns of the latest record of each group."""
    return ",\n    ".join(f"max_by({name}, {order}) AS {name}" for name in SAMPLE_COLUMNS)


def _where(filters: ScanFilters, shape: TableShape) -> str:
    return "\n    AND ".join(conditions(filters, shape)) or "1 = 1"


def conditions(filters: ScanFilters, shape: TableShape) -> list[str]:
    """Return the conditions on partitions (as wide as late deliveries need), then those on the records themselves."""
    found: list[str] = _days(filters, shape)
    if filters.accounts:
        if shape.account_partition and shape.account_partition != "recipientaccountid":
            found.append(f'"{shape.account_partition}" IN {text_list(filters.accounts)}')
        found.append(f"recipientaccountid IN {text_list(filters.accounts)}")
    if filters.regions:
        if shape.region_partition and shape.region_partition != "awsregion":
            found.append(f'"{shape.region_partition}" IN {text_list(filters.regions)}')
        found.append(f"awsregion IN {text_list(filters.regions)}")
    time = "eventtime" if not shape.is_timestamp("eventtime") else time_text(shape)
    if filters.since:
        found.append(f"{time} >= {text_literal(filters.since)}")
    if filters.until:
        found.append(f"{time} < {text_literal(filters.until)}")
    if filters.error_codes:
        found.append(f"lower(errorcode) IN {text_list(code.lower() for code in filters.error_codes)}")
    return found


def _days(filters: ScanFilters, shape: TableShape) -> list[str]:
    """Return the conditions on the day partition: files are delivered after the event, at most a day later."""
    first = dt.datetime.fromisoformat(filters.since) if filters.since else None
    last = dt.datetime.fromisoformat(filters.until) + _DAY if filters.until else None
    column = f'"{shape.day_partition}"' if shape.day_partition else None
    if shape.split_day:
        column = "year || '/' || month || '/' || day"
    if column is None:
        return []
    found = [f"{column} >= {text_literal(first.strftime('%Y/%m/%d'))}"] if first else []
    return [*found, *([f"{column} <= {text_literal(last.strftime('%Y/%m/%d'))}"] if last else [])]
