# Except this request (lambda:DeleteFunction) from the deny in permissions boundary TeamBoundary on
# arn:aws:iam::111122223333:role/orders-api.
# needs review; owner: IAM administrators of account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace permissions_boundary on arn:aws:iam::111122223333:role/orders-api
import {
  to = aws_iam_policy.teamboundary_1
  id = "arn:aws:iam::111122223333:policy/TeamBoundary"
}

resource "aws_iam_policy" "teamboundary_1" {
  name = "TeamBoundary"
  path = "/"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Everything"
        "Effect" = "Allow"
        "Action" = "*"
        "Resource" = "*"
      },
      {
        "Sid" = "NoDeletesOtherActions"
        "Effect" = "Deny"
        "Action" = [
          "dynamodb:DeleteTable",
        ]
        "Resource" = "*"
      },
      {
        "Sid" = "NoDeletesOtherResources"
        "Effect" = "Deny"
        "Action" = "lambda:DeleteFunction"
        "NotResource" = [
          "arn:aws:lambda:eu-west-1:111122223333:function:reprice",
        ]
      },
    ]
  })
}
