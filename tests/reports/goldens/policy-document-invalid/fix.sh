# Create inline policy AllowDynamodbPutItem on arn:aws:iam::111122223333:role/orders-api allowing
# dynamodb:PutItem.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: not proved: the policies that decide were not read, so others may still deny; give
# --snapshot or --live

# 1. create identity_policy AllowDynamodbPutItem on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# The new document:
cat > 1-AllowDynamodbPutItem.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowDynamodbPutItem",
      "Effect": "Allow",
      "Action": "dynamodb:PutItem",
      "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name AllowDynamodbPutItem --policy-document file://1-AllowDynamodbPutItem.after.json
# Roll back (run these to undo it):
# aws iam delete-role-policy --role-name orders-api --policy-name AllowDynamodbPutItem
