# Except this request (iam:CreateAccessKey) from the deny in inline policy ops on
# arn:aws:iam::111122223333:user/noor.ops.
# needs review; owner: IAM administrators of account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:user/noor.ops
import {
  to = aws_iam_user_policy.ops_1
  id = "noor.ops:ops"
}

resource "aws_iam_user_policy" "ops_1" {
  name = "ops"
  user = "noor.ops"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Iam"
        "Effect" = "Allow"
        "Action" = "iam:*"
        "Resource" = "*"
      },
      {
        "Sid" = "DenyWithoutMfaOtherActions"
        "Effect" = "Deny"
        "Action" = [
          "iam:A*",
          "iam:Ch*",
          "iam:CreateAcco*",
          "iam:CreateD*",
          "iam:CreateG*",
          "iam:CreateI*",
          "iam:CreateL*",
          "iam:CreateO*",
          "iam:CreateP*",
          "iam:CreateR*",
          "iam:CreateS*",
          "iam:CreateU*",
          "iam:CreateV*",
          "iam:D*",
          "iam:E*",
          "iam:G*",
          "iam:L*",
          "iam:P*",
          "iam:R*",
          "iam:S*",
          "iam:T*",
          "iam:U*",
        ]
        "Resource" = "*"
        "Condition" = {
          "BoolIfExists" = {
            "aws:MultiFactorAuthPresent" = "false"
          }
        }
      },
      {
        "Sid" = "DenyWithoutMfaOtherResources"
        "Effect" = "Deny"
        "Action" = "iam:CreateAccessKey"
        "Condition" = {
          "BoolIfExists" = {
            "aws:MultiFactorAuthPresent" = "false"
          }
        }
        "NotResource" = [
          "arn:aws:iam::111122223333:user/ci-runner",
        ]
      },
    ]
  })
}
