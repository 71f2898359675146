# Add a statement allowing s3:ListBucket to inline policy orders-bucket on
# arn:aws:iam::111122223333:role/orders-api.
# It grants exactly the request.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace identity_policy orders-bucket on arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-role-policy --role-name orders-api --policy-name orders-bucket --query PolicyDocument > 1-orders-bucket.before.json
# The new document:
cat > 1-orders-bucket.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListOrders",
      "Effect": "Allow",
      "Action": "s3:ListBuckets",
      "Resource": "arn:aws:s3:::harborline-orders"
    },
    {
      "Sid": "AllowS3ListBucket",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::harborline-orders"
    }
  ]
}
POLICY
# Apply:
aws iam put-role-policy --role-name orders-api --policy-name orders-bucket --policy-document file://1-orders-bucket.after.json
# Roll back (run these to undo it):
# aws iam put-role-policy --role-name orders-api --policy-name orders-bucket --policy-document file://1-orders-bucket.before.json
