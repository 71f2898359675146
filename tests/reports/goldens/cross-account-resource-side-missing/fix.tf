# Create resource policy on arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp
# allowing secretsmanager:GetSecretValue.
# Where these policies are managed already, change them there instead of adding these blocks.

# create resource_policy on arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp
resource "aws_secretsmanager_secret_policy" "token_zx81kp_1" {
  secret_arn = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "AllowSecretsmanagerGetSecretValue"
        "Effect" = "Allow"
        "Principal" = {
          "AWS" = "arn:aws:iam::111122223333:role/orders-api"
        }
        "Action" = "secretsmanager:GetSecretValue"
        "Resource" = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp"
      },
    ]
  })
}
