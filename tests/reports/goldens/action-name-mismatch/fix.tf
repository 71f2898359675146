# Add a statement allowing s3:ListBucket to inline policy orders-bucket on
# arn:aws:iam::111122223333:role/orders-api.
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:role/orders-api
import {
  to = aws_iam_role_policy.orders_bucket_1
  id = "orders-api:orders-bucket"
}

resource "aws_iam_role_policy" "orders_bucket_1" {
  name = "orders-bucket"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "ListOrders"
        "Effect" = "Allow"
        "Action" = "s3:ListBuckets"
        "Resource" = "arn:aws:s3:::harborline-orders"
      },
      {
        "Sid" = "AllowS3ListBucket"
        "Effect" = "Allow"
        "Action" = "s3:ListBucket"
        "Resource" = "arn:aws:s3:::harborline-orders"
      },
    ]
  })
}
