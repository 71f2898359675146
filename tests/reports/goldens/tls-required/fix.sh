# Except this request (s3:GetObject) from the deny in resource policy on
# arn:aws:s3:::harborline-orders.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Without a policy change: call over HTTPS with a current TLS version

# 1. replace resource_policy resource_policy on arn:aws:s3:::harborline-orders
# Back up what is there now:
aws s3api get-bucket-policy --bucket harborline-orders --query Policy --output text > 1-harborline-orders.before.json
# The new document:
cat > 1-harborline-orders.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyInsecureTransport",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": [
        "arn:aws:s3:::harborline-orders",
        "arn:aws:s3:::harborline-orders/*"
      ],
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        },
        "ArnNotEquals": {
          "aws:PrincipalArn": "arn:aws:iam::111122223333:role/orders-api"
        }
      }
    },
    {
      "Sid": "DenyInsecureTransportOtherActions",
      "Effect": "Deny",
      "Principal": "*",
      "Action": [
        "s3:A*",
        "s3:B*",
        "s3:C*",
        "s3:D*",
        "s3:GetA*",
        "s3:GetB*",
        "s3:GetD*",
        "s3:GetE*",
        "s3:GetI*",
        "s3:GetJ*",
        "s3:GetL*",
        "s3:GetM*",
        "s3:GetObjectA*",
        "s3:GetObjectL*",
        "s3:GetObjectR*",
        "s3:GetObjectT*",
        "s3:GetObjectV*",
        "s3:GetR*",
        "s3:GetS*",
        "s3:I*",
        "s3:L*",
        "s3:O*",
        "s3:P*",
        "s3:R*",
        "s3:S*",
        "s3:T*",
        "s3:U*"
      ],
      "Resource": [
        "arn:aws:s3:::harborline-orders",
        "arn:aws:s3:::harborline-orders/*"
      ],
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        }
      }
    },
    {
      "Sid": "DenyInsecureTransportOtherResources",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:GetObject",
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "false"
        }
      },
      "NotResource": [
        "arn:aws:s3:::harborline-orders/in/4711.json"
      ]
    }
  ]
}
POLICY
# Apply:
aws s3api put-bucket-policy --bucket harborline-orders --policy file://1-harborline-orders.after.json
# Roll back (run these to undo it):
# aws s3api put-bucket-policy --bucket harborline-orders --policy file://1-harborline-orders.before.json
