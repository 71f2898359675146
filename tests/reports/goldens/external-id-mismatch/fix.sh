# Add a statement allowing sts:AssumeRole to trust policy on
# arn:aws:iam::444455556666:role/audit-read.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: the ExternalId guards against the confused deputy: pass the one that the trust policy asks
# for if you can
# Without a policy change: pass the ExternalId that the trust policy asks for (hb-audit-2026)

# 1. replace trust_policy trust_policy on arn:aws:iam::444455556666:role/audit-read
# Run it with credentials of account 444455556666.
# Back up what is there now:
aws iam get-role --role-name audit-read --query Role.AssumeRolePolicyDocument > 1-audit-read.before.json
# The new document:
cat > 1-audit-read.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Orders",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:root"
      },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": {
          "sts:ExternalId": "hb-audit-2026"
        }
      }
    },
    {
      "Sid": "AllowStsAssumeRole",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111122223333:role/orders-api"
      },
      "Action": "sts:AssumeRole"
    }
  ]
}
POLICY
# Apply:
aws iam update-assume-role-policy --role-name audit-read --policy-document file://1-audit-read.after.json
# Roll back (run these to undo it):
# aws iam update-assume-role-policy --role-name audit-read --policy-document file://1-audit-read.before.json
