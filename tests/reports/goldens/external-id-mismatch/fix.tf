# Add a statement allowing sts:AssumeRole to trust policy on
# arn:aws:iam::444455556666:role/audit-read.
# needs review; owner: owner of account 444455556666
# Warning: the ExternalId guards against the confused deputy: pass the one that the trust policy asks
# for if you can
# Where these policies are managed already, change them there instead of adding these blocks.

# replace trust_policy on arn:aws:iam::444455556666:role/audit-read
# Merge assume_role_policy into the role's own resource; the rest of the role stays as it is.
import {
  to = aws_iam_role.audit_read_1
  id = "audit-read"
}

resource "aws_iam_role" "audit_read_1" {
  name = "audit-read"
  path = "/"
  assume_role_policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Orders"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:root"
        }
        "Action" = "sts:AssumeRole"
        "Condition" = {
          "StringEquals" = {
            "sts:ExternalId" = "hb-audit-2026"
          }
        }
      },
      {
        "Sid" = "AllowStsAssumeRole"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/orders-api"
        }
        "Action" = "sts:AssumeRole"
      },
    ]
  })
}
