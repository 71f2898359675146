# Except this request (sts:AssumeRole) from the deny in trust policy on
# arn:aws:iam::444455556666:role/lake-reader.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole

# 1. replace trust_policy trust_policy on arn:aws:iam::444455556666:role/lake-reader
# Run it with credentials of account 444455556666.
# Back up what is there now:
aws iam get-role --role-name lake-reader --query Role.AssumeRolePolicyDocument > 1-lake-reader.before.json
# The new document:
cat > 1-lake-reader.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowOrders",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:root"
      },
      "Action": "sts:AssumeRole"
    },
    {
      "Sid": "NotTheApi",
      "Effect": "Deny",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/orders-api"
      },
      "Action": "sts:AssumeRole",
      "Condition": {
        "ArnNotEquals": {
          "aws:PrincipalArn": "arn:aws:iam::111122223333:role/orders-api"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam update-assume-role-policy --role-name lake-reader --policy-document file://1-lake-reader.after.json
# Roll back (run these to undo it):
# aws iam update-assume-role-policy --role-name lake-reader --policy-document file://1-lake-reader.before.json
