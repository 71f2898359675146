"""An AWS Lambda function: a CloudTrail event from EventBridge in, the runbook and a Slack message out."""

from __future__ import annotations

from troubleshooter.aws_lambda.function import handler

__all__ = ["handler"]
