# Except this request (s3:DeleteObject) from the deny in inline policy invoices on
# arn:aws:iam::111122223333:group/finance.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Warning: KeepInvoicesOtherResources now lists where the caller may use s3:DeleteObject: add later
# places there too

# 1. replace identity_policy invoices on arn:aws:iam::111122223333:group/finance
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-group-policy --group-name finance --policy-name invoices --query PolicyDocument > 1-invoices.before.json
# The new document:
cat > 1-invoices.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Invoices",
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": [
        "arn:aws:s3:::harborline-invoices",
        "arn:aws:s3:::harborline-invoices/*"
      ]
    },
    {
      "Sid": "KeepInvoices",
      "Effect": "Deny",
      "Action": "s3:DeleteObject",
      "Resource": "arn:aws:s3:::harborline-invoices/*",
      "Condition": {
        "ArnNotEquals": {
          "aws:PrincipalArn": "arn:aws:iam::111122223333:user/mika.ito"
        }
      }
    },
    {
      "Sid": "KeepInvoicesOtherResources",
      "Effect": "Deny",
      "Action": "s3:DeleteObject",
      "NotResource": [
        "arn:aws:s3:::harborline-invoices/2026/09/4711.pdf",
        "arn:aws:s3:::harborline-invoices"
      ],
      "Condition": {
        "ArnEquals": {
          "aws:PrincipalArn": "arn:aws:iam::111122223333:user/mika.ito"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam put-group-policy --group-name finance --policy-name invoices --policy-document file://1-invoices.after.json
# Roll back (run these to undo it):
# aws iam put-group-policy --group-name finance --policy-name invoices --policy-document file://1-invoices.before.json
