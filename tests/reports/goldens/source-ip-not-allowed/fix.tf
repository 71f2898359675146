# Add a statement allowing ssm:GetParameter to inline policy office on
# arn:aws:iam::111122223333:user/noor.ops.
# needs review; owner: IAM administrators of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:user/noor.ops
import {
  to = aws_iam_user_policy.office_1
  id = "noor.ops:office"
}

resource "aws_iam_user_policy" "office_1" {
  name = "office"
  user = "noor.ops"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "FromTheOffice"
        "Effect" = "Allow"
        "Action" = "ssm:GetParameter"
        "Resource" = "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/*"
        "Condition" = {
          "IpAddress" = {
            "aws:SourceIp" = [
              "198.51.100.0/24",
            ]
          }
        }
      },
      {
        "Sid" = "AllowSsmGetParameter"
        "Effect" = "Allow"
        "Action" = "ssm:GetParameter"
        "Resource" = "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/db-url"
        "Condition" = {
          "IpAddress" = {
            "aws:SourceIp" = "203.0.113.77"
          }
        }
      },
    ]
  })
}
