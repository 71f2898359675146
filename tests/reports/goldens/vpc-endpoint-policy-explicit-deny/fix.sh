# Except this request (s3:PutObject) from the deny in endpoint policy on
# arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b2c3d4e5f60718.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole

# 1. replace vpc_endpoint_policy vpc_endpoint_policy on
# arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-0a1b2c3d4e5f60718
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws ec2 describe-vpc-endpoints --vpc-endpoint-ids vpce-0a1b2c3d4e5f60718 --region eu-west-1 --query 'VpcEndpoints[0].PolicyDocument' --output text > 1-vpce-0a1b2c3d4e5f60718.before.json
# The new document:
cat > 1-vpce-0a1b2c3d4e5f60718.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    },
    {
      "Sid": "NoUploads",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:PutObject",
      "Resource": "*",
      "Condition": {
        "ArnNotEquals": {
          "aws:PrincipalArn": "arn:aws:iam::111122223333:role/orders-api"
        }
      }
    },
    {
      "Sid": "NoUploadsOtherResources",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:PutObject",
      "NotResource": [
        "arn:aws:s3:::harborline-orders/in/4711.json"
      ]
    }
  ]
}
POLICY
# Apply:
aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-0a1b2c3d4e5f60718 --region eu-west-1 --policy-document file://1-vpce-0a1b2c3d4e5f60718.after.json
# Roll back (run these to undo it):
# aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-0a1b2c3d4e5f60718 --region eu-west-1 --policy-document file://1-vpce-0a1b2c3d4e5f60718.before.json
