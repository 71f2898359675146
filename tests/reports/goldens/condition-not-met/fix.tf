# Add a statement allowing kms:Decrypt to inline policy key on
# arn:aws:iam::111122223333:role/orders-api.
# needs review; owner: IAM administrators of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:role/orders-api
import {
  to = aws_iam_role_policy.key_1
  id = "orders-api:key"
}

resource "aws_iam_role_policy" "key_1" {
  name = "key"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "DecryptInvoices"
        "Effect" = "Allow"
        "Action" = "kms:Decrypt"
        "Resource" = "arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90"
        "Condition" = {
          "StringEquals" = {
            "kms:EncryptionContext:service" = "invoices"
          }
        }
      },
      {
        "Sid" = "AllowKmsDecrypt"
        "Effect" = "Allow"
        "Action" = "kms:Decrypt"
        "Resource" = "arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90"
        "Condition" = {
          "StringEquals" = {
            "kms:EncryptionContext:service" = "orders"
          }
        }
      },
    ]
  })
}
