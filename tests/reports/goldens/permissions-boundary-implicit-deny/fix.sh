# Add a statement allowing sqs:SendMessage to permissions boundary TeamBoundary on
# arn:aws:iam::111122223333:role/orders-api.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace permissions_boundary arn:aws:iam::111122223333:policy/TeamBoundary on
# arn:aws:iam::111122223333:role/orders-api
# Run it with credentials of account 111122223333.
# Note: IAM keeps five versions of a policy: delete one that is not the default first where there are
# five.
# Back up what is there now:
aws iam get-policy --policy-arn arn:aws:iam::111122223333:policy/TeamBoundary --query Policy.DefaultVersionId --output text > 1-TeamBoundary.txt
aws iam get-policy-version --policy-arn arn:aws:iam::111122223333:policy/TeamBoundary --version-id "$(cat 1-TeamBoundary.txt)" --query PolicyVersion.Document > 1-TeamBoundary.before.json
# The new document:
cat > 1-TeamBoundary.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "TeamServices",
      "Effect": "Allow",
      "Action": [
        "dynamodb:*",
        "s3:*",
        "logs:*"
      ],
      "Resource": "*"
    },
    {
      "Sid": "AllowSqsSendMessage",
      "Effect": "Allow",
      "Action": "sqs:SendMessage",
      "Resource": "arn:aws:sqs:eu-west-1:111122223333:orders-events"
    }
  ]
}
POLICY
# Apply:
aws iam create-policy-version --policy-arn arn:aws:iam::111122223333:policy/TeamBoundary --policy-document file://1-TeamBoundary.after.json --set-as-default
# Roll back (run these to undo it):
# aws iam set-default-policy-version --policy-arn arn:aws:iam::111122223333:policy/TeamBoundary --version-id "$(cat 1-TeamBoundary.txt)"
