# Except this request (s3:GetObject) from the deny in resource policy on
# arn:aws:s3:::harborline-orders.
# needs review; owner: owner of account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
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
        "Sid" = "DenyInsecureTransport"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = "s3:*"
        "Resource" = [
          "arn:aws:s3:::harborline-orders",
          "arn:aws:s3:::harborline-orders/*",
        ]
        "Condition" = {
          "Bool" = {
            "aws:SecureTransport" = "false"
          }
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/orders-api"
          }
        }
      },
      {
        "Sid" = "DenyInsecureTransportOtherActions"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = [
          "s3:A*",
          "s3:B*",
          "s3:C*",
          "s3:D*",
          "s3:GetA*",
          "s3:GetB*",
          "s3:GetD*",
          "s3:GetE*",
          "s3:GetI*",
          "s3:GetJ*",
          "s3:GetL*",
          "s3:GetM*",
          "s3:GetObjectA*",
          "s3:GetObjectL*",
          "s3:GetObjectR*",
          "s3:GetObjectT*",
          "s3:GetObjectV*",
          "s3:GetR*",
          "s3:GetS*",
          "s3:I*",
          "s3:L*",
          "s3:O*",
          "s3:P*",
          "s3:R*",
          "s3:S*",
          "s3:T*",
          "s3:U*",
        ]
        "Resource" = [
          "arn:aws:s3:::harborline-orders",
          "arn:aws:s3:::harborline-orders/*",
        ]
        "Condition" = {
          "Bool" = {
            "aws:SecureTransport" = "false"
          }
        }
      },
      {
        "Sid" = "DenyInsecureTransportOtherResources"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = "s3:GetObject"
        "Condition" = {
          "Bool" = {
            "aws:SecureTransport" = "false"
          }
        }
        "NotResource" = [
          "arn:aws:s3:::harborline-orders/in/4711.json",
        ]
      },
    ]
  })
}
