# Except this request (s3:PutObject) from the deny in resource policy on
# arn:aws:s3:::harborline-orders.
# needs review; owner: owner of account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Warning: s3:PutObject stays undenied for the caller on all of
# arn:aws:s3:::harborline-orders/exports/*
# Where these policies are managed already, change them there instead of adding these blocks.

# replace resource_policy on arn:aws:s3:::harborline-orders
import {
  to = aws_s3_bucket_policy.harborline_orders_1
  id = "harborline-orders"
}

resource "aws_s3_bucket_policy" "harborline_orders_1" {
  bucket = "harborline-orders"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "OnlyThePipelineWrites"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = "s3:PutObject"
        "Resource" = "arn:aws:s3:::harborline-orders/exports/*"
        "Condition" = {
          "ArnNotEquals" = {
            "aws:PrincipalArn" = [
              "arn:aws:iam::111122223333:role/export-pipeline",
              "arn:aws:iam::111122223333:role/orders-api",
            ]
          }
        }
      },
    ]
  })
}
