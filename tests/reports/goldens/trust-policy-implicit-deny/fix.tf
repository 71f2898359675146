# Add a statement allowing sts:AssumeRole to trust policy on
# arn:aws:iam::444455556666:role/lake-reader.
# needs review; owner: owner of account 444455556666
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
          "AWS" = "arn:aws:iam::111122223333:role/orders-worker"
        }
        "Action" = "sts:AssumeRole"
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
