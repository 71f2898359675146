# Create inline policy AllowSqsSendMessage on arn:aws:iam::111122223333:role/orders-api allowing
# sqs:SendMessage.
# It grants exactly the request.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. create identity_policy AllowSqsSendMessage on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# The new document:
cat > 1-AllowSqsSendMessage.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowSqsSendMessage",
      "Effect": "Allow",
      "Action": "sqs:SendMessage",
      "Resource": "arn:aws:sqs:eu-west-1:444455556666:lake-intake"
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name AllowSqsSendMessage --policy-document file://1-AllowSqsSendMessage.after.json
# Roll back (run these to undo it):
# aws iam delete-role-policy --role-name orders-api --policy-name AllowSqsSendMessage
