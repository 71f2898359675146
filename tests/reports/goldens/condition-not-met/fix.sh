# Add a statement allowing kms:Decrypt to inline policy key on
# arn:aws:iam::111122223333:role/orders-api.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Without a policy change: send the request with kms:EncryptionContext:service invoices

# 1. replace identity_policy key on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-role-policy --role-name orders-api --policy-name key --query PolicyDocument > 1-key.before.json
# The new document:
cat > 1-key.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DecryptInvoices",
      "Effect": "Allow",
      "Action": "kms:Decrypt",
      "Resource": "arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90",
      "Condition": {
        "StringEquals": {
          "kms:EncryptionContext:service": "invoices"
        }
      }
    },
    {
      "Sid": "AllowKmsDecrypt",
      "Effect": "Allow",
      "Action": "kms:Decrypt",
      "Resource": "arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90",
      "Condition": {
        "StringEquals": {
          "kms:EncryptionContext:service": "orders"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name key --policy-document file://1-key.after.json
# Roll back (run these to undo it):
# aws iam put-role-policy --role-name orders-api --policy-name key --policy-document file://1-key.before.json
