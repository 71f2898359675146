# Except this request (s3:DeleteObject) from the deny in inline policy invoices on
# arn:aws:iam::111122223333:group/finance.
# needs review; owner: IAM administrators of account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Warning: KeepInvoicesOtherResources now lists where the caller may use s3:DeleteObject: add later
# places there too
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:group/finance
import {
  to = aws_iam_group_policy.invoices_1
  id = "finance:invoices"
}

resource "aws_iam_group_policy" "invoices_1" {
  name = "invoices"
  group = "finance"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Invoices"
        "Effect" = "Allow"
        "Action" = "s3:*"
        "Resource" = [
          "arn:aws:s3:::harborline-invoices",
          "arn:aws:s3:::harborline-invoices/*",
        ]
      },
      {
        "Sid" = "KeepInvoices"
        "Effect" = "Deny"
        "Action" = "s3:DeleteObject"
        "Resource" = "arn:aws:s3:::harborline-invoices/*"
        "Condition" = {
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:user/mika.ito"
          }
        }
      },
      {
        "Sid" = "KeepInvoicesOtherResources"
        "Effect" = "Deny"
        "Action" = "s3:DeleteObject"
        "NotResource" = [
          "arn:aws:s3:::harborline-invoices/2026/09/4711.pdf",
          "arn:aws:s3:::harborline-invoices",
        ]
        "Condition" = {
          "ArnEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:user/mika.ito"
          }
        }
      },
    ]
  })
}
