# Add a statement allowing dynamodb:Query to inline policy orders-table on
# arn:aws:iam::111122223333:role/orders-api.
# It grants exactly the request.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace identity_policy orders-table on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-role-policy --role-name orders-api --policy-name orders-table --query PolicyDocument > 1-orders-table.before.json
# The new document:
cat > 1-orders-table.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadWriteOrders",
      "Effect": "Allow",
      "Action": [
        "dynamodb:GetItem",
        "dynamodb:PutItem"
      ],
      "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    },
    {
      "Sid": "AllowDynamodbQuery",
      "Effect": "Allow",
      "Action": "dynamodb:Query",
      "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name orders-table --policy-document file://1-orders-table.after.json
# Roll back (run these to undo it):
# aws iam put-role-policy --role-name orders-api --policy-name orders-table --policy-document file://1-orders-table.before.json
