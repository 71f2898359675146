# Add a statement allowing rds:RebootDBInstance to inline policy maintenance on
# arn:aws:iam::111122223333:user/noor.ops.
# needs review; owner: IAM administrators of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:user/noor.ops
import {
  to = aws_iam_user_policy.maintenance_1
  id = "noor.ops:maintenance"
}

resource "aws_iam_user_policy" "maintenance_1" {
  name = "maintenance"
  user = "noor.ops"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "September"
        "Effect" = "Allow"
        "Action" = "rds:RebootDBInstance"
        "Resource" = "arn:aws:rds:eu-west-1:111122223333:db:orders-main"
        "Condition" = {
          "DateLessThan" = {
            "aws:CurrentTime" = "2026-09-30T23:59:59Z"
          }
        }
      },
      {
        "Sid" = "AllowRdsRebootDBInstance"
        "Effect" = "Allow"
        "Action" = "rds:RebootDBInstance"
        "Resource" = "arn:aws:rds:eu-west-1:111122223333:db:orders-main"
      },
    ]
  })
}
