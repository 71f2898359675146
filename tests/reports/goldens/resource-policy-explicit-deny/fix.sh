# Except this request (s3:PutObject) from the deny in resource policy on
# arn:aws:s3:::harborline-orders.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Warning: s3:PutObject stays undenied for the caller on all of
# arn:aws:s3:::harborline-orders/exports/*

# 1. replace resource_policy resource_policy on arn:aws:s3:::harborline-orders
# Back up what is there now:
aws s3api get-bucket-policy --bucket harborline-orders --query Policy --output text > 1-harborline-orders.before.json
# The new document:
cat > 1-harborline-orders.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "OnlyThePipelineWrites",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::harborline-orders/exports/*",
      "Condition": {
        "ArnNotEquals": {
          "aws:PrincipalArn": [
            "arn:aws:iam::111122223333:role/export-pipeline",
            "arn:aws:iam::111122223333:role/orders-api"
          ]
        }
      }
    }
  ]
}
POLICY
# Apply:
aws s3api put-bucket-policy --bucket harborline-orders --policy file://1-harborline-orders.after.json
# Roll back (run these to undo it):
# aws s3api put-bucket-policy --bucket harborline-orders --policy file://1-harborline-orders.before.json
