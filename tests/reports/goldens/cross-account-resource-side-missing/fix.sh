# Create resource policy on arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp
# allowing secretsmanager:GetSecretValue.
# It grants exactly the request.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. create resource_policy resource_policy on
# arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp
# Run it with credentials of account 444455556666.
# The new document:
cat > 1-token-Zx81Kp.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowSecretsmanagerGetSecretValue",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/orders-api"
      },
      "Action": "secretsmanager:GetSecretValue",
      "Resource": "arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp"
    }
  ]
}
POLICY
# Apply:
aws secretsmanager put-resource-policy --secret-id arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp --resource-policy file://1-token-Zx81Kp.after.json --region eu-west-1
# Roll back (run these to undo it):
# aws secretsmanager delete-resource-policy --secret-id arn:aws:secretsmanager:eu-west-1:444455556666:secret:lake/token-Zx81Kp --region eu-west-1
