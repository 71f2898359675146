# Except this request (s3:PutObject) from the deny in endpoint policy on
# arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b2c3d4e5f60718.
# needs review; owner: owner of the VPC endpoint in account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace vpc_endpoint_policy on
# arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b2c3d4e5f60718
import {
  to = aws_vpc_endpoint_policy.vpce_0a1b2c3d4e5f60718_1
  id = "vpce-0a1b2c3d4e5f60718"
}

resource "aws_vpc_endpoint_policy" "vpce_0a1b2c3d4e5f60718_1" {
  vpc_endpoint_id = "vpce-0a1b2c3d4e5f60718"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Effect" = "Allow"
        "Principal" = "*"
        "Action" = "*"
        "Resource" = "*"
      },
      {
        "Sid" = "NoUploads"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = "s3:PutObject"
        "Resource" = "*"
        "Condition" = {
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/orders-api"
          }
        }
      },
      {
        "Sid" = "NoUploadsOtherResources"
        "Effect" = "Deny"
        "Principal" = "*"
        "Action" = "s3:PutObject"
        "NotResource" = [
          "arn:aws:s3:::harborline-orders/in/4711.json",
        ]
      },
    ]
  })
}
