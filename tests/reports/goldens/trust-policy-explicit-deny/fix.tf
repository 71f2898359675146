# Except this request (sts:AssumeRole) from the deny in trust policy on
# arn:aws:iam::444455556666:role/lake-reader.
# needs review; owner: owner of account 444455556666
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace trust_policy on arn:aws:iam::444455556666:role/lake-reader
# Merge assume_role_policy into the role's own resource; the rest of the role stays as it is.
import {
  to = aws_iam_role.lake_reader_1
  id = "lake-reader"
}

resource "aws_iam_role" "lake_reader_1" {
  name = "lake-reader"
  path = "/"
  assume_role_policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "AllowOrders"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:root"
        }
        "Action" = "sts:AssumeRole"
      },
      {
        "Sid" = "NotTheApi"
        "Effect" = "Deny"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/orders-api"
        }
        "Action" = "sts:AssumeRole"
        "Condition" = {
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/orders-api"
          }
        }
      },
    ]
  })
}
