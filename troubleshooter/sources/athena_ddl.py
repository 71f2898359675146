"""The DDL of a CloudTrail table for Athena with partition projection.

Columns, SerDe and formats as AWS documents them
(https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from troubleshooter.errors import UsageError
from troubleshooter.sources.sql_literals import s3_location, text_literal

_TABLE = re.compile(r"[a-z0-9_]{1,128}\.[a-z0-9_]{1,128}")
_ACCOUNT_END = re.compile(r"/(\d{12})(?:/CloudTrail)?/?$")
_REGIONS = (
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7",
    "ca-central-1",
    "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2",
    "eu-west-3",
    "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1",
    "us-west-2",
)  # fmt: skip

COLUMNS = """\
  eventversion STRING,
  useridentity STRUCT<
    type: STRING, principalid: STRING, arn: STRING, accountid: STRING, invokedby: STRING, accesskeyid: STRING,
    username: STRING, onbehalfof: STRUCT<userid: STRING, identitystorearn: STRING>,
    sessioncontext: STRUCT<
      attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
      sessionissuer: STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING, username: STRING>,
      ec2roledelivery: STRING,
      webidfederationdata: STRUCT<federatedprovider: STRING, attributes: MAP<STRING, STRING>>>>,
  eventtime STRING, eventsource STRING, eventname STRING, awsregion STRING, sourceipaddress STRING, useragent STRING,
  errorcode STRING, errormessage STRING, requestparameters STRING, responseelements STRING, additionaleventdata STRING,
  requestid STRING, eventid STRING, readonly STRING,
  resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
  eventtype STRING, apiversion STRING, recipientaccountid STRING, serviceeventdetails STRING, sharedeventid STRING,
  vpcendpointid STRING, vpcendpointaccountid STRING, eventcategory STRING,
  tlsdetails STRUCT<tlsversion: STRING, ciphersuite: STRING, clientprovidedhostheader: STRING>"""


def create_table_sql(address: str, table: str, regions: Iterable[str] = ()) -> str:
    """Return CREATE EXTERNAL TABLE for the trail at ``address`` (``s3://bucket/[prefix/]AWSLogs[/o-id][/account]``).

    The account is a partition that a query must name (``injected``), unless ``address`` names one; the Regions are
    ``regions``, or all. Raises UsageError for an address or table name that is none.
    """
    root = address.rstrip("/")
    if not _TABLE.fullmatch(table):
        raise UsageError(f"--athena-table {table}: write database.table in lowercase letters, digits and _")
    one = _ACCOUNT_END.search(root)
    if one:
        root = root[: one.start()]
    if "AWSLogs" not in root.split("/"):
        root += "/AWSLogs"
    account = one.group(1) if one else None
    projection = {
        "projection.enabled": "true",
        "projection.account.type": "enum" if account else "injected",
        **({"projection.account.values": account} if account else {}),
        "projection.region.type": "enum",
        "projection.region.values": ",".join(regions) or ",".join(_REGIONS),
        "projection.timestamp.type": "date",
        "projection.timestamp.format": "yyyy/MM/dd",
        "projection.timestamp.interval": "1",
        "projection.timestamp.interval.unit": "DAYS",
        "projection.timestamp.range": "2020/01/01,NOW",
        "storage.location.template": f"{root}/${{account}}/CloudTrail/${{region}}/${{timestamp}}",
    }
    properties = ",\n".join(f"  {text_literal(name)}={text_literal(value)}" for name, value in projection.items())
    return f"""CREATE EXTERNAL TABLE {table} (
{COLUMNS}
)
PARTITIONED BY (`account` STRING, `region` STRING, `timestamp` STRING)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION {s3_location(root + "/")}
TBLPROPERTIES (
{properties}
)"""
