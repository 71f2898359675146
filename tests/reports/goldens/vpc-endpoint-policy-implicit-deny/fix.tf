# Add a statement allowing s3:PutObject to endpoint policy on
# arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b2c3d4e5f60718.
# needs review; owner: owner of the VPC endpoint in account 111122223333
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
        "Sid" = "ReadOnly"
        "Effect" = "Allow"
        "Principal" = "*"
        "Action" = "s3:GetObject"
        "Resource" = "arn:aws:s3:::harborline-orders/*"
      },
      {
        "Sid" = "AllowS3PutObject"
        "Effect" = "Allow"
        "Principal" = "*"
        "Action" = "s3:PutObject"
        "Resource" = "arn:aws:s3:::harborline-orders/in/4711.json"
        "Condition" = {
          "ArnEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/orders-api"
          }
        }
      },
    ]
  })
}
