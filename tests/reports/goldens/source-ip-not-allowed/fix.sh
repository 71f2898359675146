# Add a statement allowing ssm:GetParameter to inline policy office on
# arn:aws:iam::111122223333:user/noor.ops.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Without a policy change: call from an allowed address: 198.51.100.0/24 (this call came from
# 203.0.113.77)

# 1. replace identity_policy office on arn:aws:iam::111122223333:user/noor.ops
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-user-policy --user-name noor.ops --policy-name office --query PolicyDocument > 1-office.before.json
# The new document:
cat > 1-office.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "FromTheOffice",
      "Effect": "Allow",
      "Action": "ssm:GetParameter",
      "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/*",
      "Condition": {
        "IpAddress": {
          "aws:SourceIp": [
            "198.51.100.0/24"
          ]
        }
      }
    },
    {
      "Sid": "AllowSsmGetParameter",
      "Effect": "Allow",
      "Action": "ssm:GetParameter",
      "Resource": "arn:aws:ssm:eu-west-1:111122223333:parameter/orders/db-url",
      "Condition": {
        "IpAddress": {
          "aws:SourceIp": "203.0.113.77"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam put-user-policy --user-name noor.ops --policy-name office --policy-document file://1-office.after.json
# Roll back (run these to undo it):
# aws iam put-user-policy --user-name noor.ops --policy-name office --policy-document file://1-office.before.json
