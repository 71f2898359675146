# Add a statement allowing secretsmanager:GetSecretValue to inline policy team-secrets on
# arn:aws:iam::111122223333:role/orders-api.
# needs review; owner: IAM administrators of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:role/orders-api
import {
  to = aws_iam_role_policy.team_secrets_1
  id = "orders-api:team-secrets"
}

resource "aws_iam_role_policy" "team_secrets_1" {
  name = "team-secrets"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "OwnTeam"
        "Effect" = "Allow"
        "Action" = "secretsmanager:GetSecretValue"
        "Resource" = "*"
        "Condition" = {
          "StringEquals" = {
            "aws:ResourceTag/team" = "checkout"
          }
        }
      },
      {
        "Sid" = "AllowSecretsmanagerGetSecretValue"
        "Effect" = "Allow"
        "Action" = "secretsmanager:GetSecretValue"
        "Resource" = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-Qw3rTy"
        "Condition" = {
          "StringEquals" = {
            "aws:ResourceTag/team" = "orders"
          }
        }
      },
    ]
  })
}
