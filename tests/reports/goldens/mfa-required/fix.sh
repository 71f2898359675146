# Except this request (iam:CreateAccessKey) from the deny in inline policy ops on
# arn:aws:iam::111122223333:user/noor.ops.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Without a policy change: use MFA: get session credentials with \x60aws sts get-session-token
# --serial-number \u2026 --token-code \u2026\x60

# 1. replace identity_policy ops on arn:aws:iam::111122223333:user/noor.ops
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-user-policy --user-name noor.ops --policy-name ops --query PolicyDocument > 1-ops.before.json
# The new document:
cat > 1-ops.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Iam",
      "Effect": "Allow",
      "Action": "iam:*",
      "Resource": "*"
    },
    {
      "Sid": "DenyWithoutMfaOtherActions",
      "Effect": "Deny",
      "Action": [
        "iam:A*",
        "iam:Ch*",
        "iam:CreateAcco*",
        "iam:CreateD*",
        "iam:CreateG*",
        "iam:CreateI*",
        "iam:CreateL*",
        "iam:CreateO*",
        "iam:CreateP*",
        "iam:CreateR*",
        "iam:CreateS*",
        "iam:CreateU*",
        "iam:CreateV*",
        "iam:D*",
        "iam:E*",
        "iam:G*",
        "iam:L*",
        "iam:P*",
        "iam:R*",
        "iam:S*",
        "iam:T*",
        "iam:U*"
      ],
      "Resource": "*",
      "Condition": {
        "BoolIfExists": {
          "aws:MultiFactorAuthPresent": "false"
        }
      }
    },
    {
      "Sid": "DenyWithoutMfaOtherResources",
      "Effect": "Deny",
      "Action": "iam:CreateAccessKey",
      "Condition": {
        "BoolIfExists": {
          "aws:MultiFactorAuthPresent": "false"
        }
      },
      "NotResource": [
        "arn:aws:iam::111122223333:user/ci-runner"
      ]
    }
  ]
}
POLICY
# Apply:
aws iam put-user-policy --user-name noor.ops --policy-name ops --policy-document file://1-ops.after.json
# Roll back (run these to undo it):
# aws iam put-user-policy --user-name noor.ops --policy-name ops --policy-document file://1-ops.before.json
