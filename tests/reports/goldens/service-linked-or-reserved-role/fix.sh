# Add a statement allowing kms:Decrypt to resource policy on
# arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.
# It grants exactly the request.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace resource_policy resource_policy on
# arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws kms get-key-policy --key-id arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90 --policy-name default --region eu-west-1 --query Policy --output text > 1-0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.before.json
# The new document:
cat > 1-0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Administrators",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/key-admin"
      },
      "Action": "kms:*",
      "Resource": "*"
    },
    {
      "Sid": "AllowKmsDecrypt",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
      },
      "Action": "kms:Decrypt",
      "Resource": "*"
    }
  ]
}
POLICY
# Apply:
aws kms put-key-policy --key-id arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90 --policy-name default --policy file://1-0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.after.json --region eu-west-1
# Roll back (run these to undo it):
# aws kms put-key-policy --key-id arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90 --policy-name default --policy file://1-0f6b2a51-7c1e-4a86-9b0d-3f1d1a2b7c90.before.json --region eu-west-1
