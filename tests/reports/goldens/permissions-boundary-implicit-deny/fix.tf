# Add a statement allowing sqs:SendMessage to permissions boundary TeamBoundary on
# arn:aws:iam::111122223333:role/orders-api.
# needs review; owner: IAM administrators of account 111122223333
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
        "Sid" = "TeamServices"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:*",
          "s3:*",
          "logs:*",
        ]
        "Resource" = "*"
      },
      {
        "Sid" = "AllowSqsSendMessage"
        "Effect" = "Allow"
        "Action" = "sqs:SendMessage"
        "Resource" = "arn:aws:sqs:eu-west-1:111122223333:orders-events"
      },
    ]
  })
}
