# Except this request (dynamodb:CreateTable) from the deny in SCP EuropeOnly on
# arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01.
# NEEDS an organization administrator: run it in the management account.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Without a policy change: call an allowed Region: eu-west-1 or eu-central-1 instead of us-west-1

# 1. replace scp EuropeOnly on arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01
# Note: run it in the management account, or as a delegated administrator for policies.
# Back up what is there now:
aws organizations describe-policy --policy-id p-932e0c33 --query Policy.Content --output text > 1-EuropeOnly.before.json
# The new document:
cat > 1-EuropeOnly.after.json <<'POLICY'
{"Version":"2012-10-17","Statement":[{"Sid":"OnlyEurope","Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","support:*","cloudfront:*","route53:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]},"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/lena.admin"}}},{"Sid":"OnlyEuropeOtherActions","Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","support:*","cloudfront:*","route53:*","dynamodb:CreateTable"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}}},{"Sid":"OnlyEuropeOtherResources","Effect":"Deny","Action":"dynamodb:CreateTable","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]}},"NotResource":["arn:aws:dynamodb:us-west-1:111122223333:table/orders-test"]}]}
POLICY
# Apply:
aws organizations update-policy --policy-id p-932e0c33 --content file://1-EuropeOnly.after.json
# Roll back (run these to undo it):
# aws organizations update-policy --policy-id p-932e0c33 --content file://1-EuropeOnly.before.json
