# Add a statement allowing rds:RebootDBInstance to inline policy maintenance on
# arn:aws:iam::111122223333:user/noor.ops.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace identity_policy maintenance on arn:aws:iam::111122223333:user/noor.ops
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-user-policy --user-name noor.ops --policy-name maintenance --query PolicyDocument > 1-maintenance.before.json
# The new document:
cat > 1-maintenance.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "September",
      "Effect": "Allow",
      "Action": "rds:RebootDBInstance",
      "Resource": "arn:aws:rds:eu-west-1:111122223333:db:orders-main",
      "Condition": {
        "DateLessThan": {
          "aws:CurrentTime": "2026-09-30T23:59:59Z"
        }
      }
    },
    {
      "Sid": "AllowRdsRebootDBInstance",
      "Effect": "Allow",
      "Action": "rds:RebootDBInstance",
      "Resource": "arn:aws:rds:eu-west-1:111122223333:db:orders-main"
    }
  ]
}
POLICY
# Apply:
aws iam put-user-policy --user-name noor.ops --policy-name maintenance --policy-document file://1-maintenance.after.json
# Roll back (run these to undo it):
# aws iam put-user-policy --user-name noor.ops --policy-name maintenance --policy-document file://1-maintenance.before.json
