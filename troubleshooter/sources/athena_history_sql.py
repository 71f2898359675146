"""The SQL that looks back for the top groups: policy writes, the making of their sessions, their last successes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from troubleshooter.model.scan import ScanFilters
from troubleshooter.sources.athena_sql import SAMPLE_COLUMNS, conditions, json_text, sample_columns, time_text
from troubleshooter.sources.athena_table import TableShape
from troubleshooter.sources.sql_literals import table_name, text_list, text_literal, whole_number

MOST_ROWS = 5_000
_NAME = re.compile(r"[A-Za-z0-9_]{1,128}")
_KEY = re.compile(r"[A-Z0-9]{16,128}")
_PLACE = ("eventsource", "eventname", "awsregion", "recipientaccountid")


def history_sql(
    table: str,
    filters: ScanFilters,
    *,
    writes: Iterable[str],
    assume_calls: Iterable[str],
    access_keys: Iterable[str],
    calls: Iterable[str],
    callers: Iterable[str],
    shape: TableShape | None = None,
    limit: int = MOST_ROWS,
) -> str:
    """Return the query for one row per policy write and session made, and the last success of each like call."""
    shape = shape or TableShape()
    names = "|".join(sorted(name for name in writes if _NAME.fullmatch(name)))
    kinds = [f"WHEN regexp_like(eventname, '^({names})(20[0-9][0-9][_0-9]*(v[0-9]+)?)?$') THEN eventid"]
    keys = sorted(key for key in access_keys if _KEY.fullmatch(key))
    response = json_text("responseelements", shape)
    if keys:
        pattern = text_literal("|".join(keys))
        kinds.append(f"WHEN eventname IN {text_list(assume_calls)} AND regexp_like({response}, {pattern}) THEN eventid")
    wanted_calls, wanted_callers = sorted(set(calls)), sorted({caller for caller in callers if caller})
    if wanted_calls and wanted_callers:
        who = "coalesce(useridentity.sessioncontext.sessionissuer.arn, useridentity.arn)"
        kinds.append(
            f"WHEN eventname IN {text_list(wanted_calls)} AND {who} IN {text_list(wanted_callers)}\n"
            f"      THEN {who} || eventname || coalesce({json_text('requestparameters', shape)}, '')"
        )
    where = "\n    AND ".join((*conditions(filters, shape), "(errorcode IS NULL OR errorcode = '')"))
    # Every value in this text went through sql_literals.
    return f"""WITH sorted_out AS (
  SELECT
    {sample_columns(shape)},
    {", ".join(_PLACE)}, {response} AS response, {time_text(shape)} AS last_seen,
    CASE {(chr(10) + "    ").join(kinds)} END AS what
  FROM {table_name(table)}
  WHERE {where}
), latest AS (
  SELECT sorted_out.*, row_number() OVER (PARTITION BY what ORDER BY last_seen DESC) AS place
  FROM sorted_out
  WHERE what IS NOT NULL
)
SELECT {", ".join((*SAMPLE_COLUMNS, *_PLACE))}, response, last_seen
FROM latest
WHERE place = 1
ORDER BY last_seen DESC
LIMIT {whole_number(limit)}"""  # noqa: S608
