# Add a statement allowing secretsmanager:GetSecretValue to inline policy team-secrets on
# arn:aws:iam::111122223333:role/orders-api.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Without a policy change: have the resource tagged team=checkout, where that is true of it

# 1. replace identity_policy team-secrets on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-role-policy --role-name orders-api --policy-name team-secrets --query PolicyDocument > 1-team-secrets.before.json
# The new document:
cat > 1-team-secrets.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OwnTeam",
      "Effect": "Allow",
      "Action": "secretsmanager:GetSecretValue",
      "Resource": "*",
      "Condition": {
        "StringEquals": {
          "aws:ResourceTag/team": "checkout"
        }
      }
    },
    {
      "Sid": "AllowSecretsmanagerGetSecretValue",
      "Effect": "Allow",
      "Action": "secretsmanager:GetSecretValue",
      "Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-Qw3rTy",
      "Condition": {
        "StringEquals": {
          "aws:ResourceTag/team": "orders"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name team-secrets --policy-document file://1-team-secrets.after.json
# Roll back (run these to undo it):
# aws iam put-role-policy --role-name orders-api --policy-name team-secrets --policy-document file://1-team-secrets.before.json
