# Add a statement allowing kms:Decrypt to resource policy on
# arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.
# Where these policies are managed already, change them there instead of adding these blocks.

# replace resource_policy on
# arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90
import {
  to = aws_kms_key_policy.policy_0f6b2a51_7c1e_4a86_9b0d_3f1d1a2b7c90_1
  id = "0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90"
}

resource "aws_kms_key_policy" "policy_0f6b2a51_7c1e_4a86_9b0d_3f1d1a2b7c90_1" {
  key_id = "0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Administrators"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/key-admin"
        }
        "Action" = "kms:*"
        "Resource" = "*"
      },
      {
        "Sid" = "Use"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/orders-worker"
        }
        "Action" = [
          "kms:Encrypt",
          "kms:Decrypt",
        ]
        "Resource" = "*"
      },
      {
        "Sid" = "AllowKmsDecrypt"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/orders-api"
        }
        "Action" = "kms:Decrypt"
        "Resource" = "*"
      },
    ]
  })
}
