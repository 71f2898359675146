# Except this request (s3:GetObject) from the deny in RCP DataPerimeter on
# arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01.
# NEEDS an organization administrator: run it in the management account.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole

# 1. replace rcp DataPerimeter on arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01
# Note: run it in the management account, or as a delegated administrator for policies.
# Back up what is there now:
aws organizations describe-policy --policy-id p-b1e90729 --query Policy.Content --output text > 1-DataPerimeter.before.json
# The new document:
cat > 1-DataPerimeter.after.json <<'POLICY'
{"Version":"2012-10-17","Statement":[{"Sid":"OnlyOurOrganization","Effect":"Deny","Principal":"*","Action":["s3:*","sqs:*","kms:*","secretsmanager:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-h4rborline"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::777788889999:role/partner-sync"}}},{"Sid":"OnlyOurOrganizationOtherActions","Effect":"Deny","Principal":"*","Action":["s3:A*","s3:B*","s3:C*","s3:D*","s3:GetA*","s3:GetB*","s3:GetD*","s3:GetE*","s3:GetI*","s3:GetJ*","s3:GetL*","s3:GetM*","s3:GetObjectA*","s3:GetObjectL*","s3:GetObjectR*","s3:GetObjectT*","s3:GetObjectV*","s3:GetR*","s3:GetS*","s3:I*","s3:L*","s3:O*","s3:P*","s3:R*","s3:S*","s3:T*","s3:U*","sqs:*","kms:*","secretsmanager:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-h4rborline"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}},{"Sid":"OnlyOurOrganizationOtherResources","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-h4rborline"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}},"NotResource":["arn:aws:s3:::harborline-exchange/outbox/prices.csv"]}]}
POLICY
# Apply:
aws organizations update-policy --policy-id p-b1e90729 --content file://1-DataPerimeter.after.json
# Roll back (run these to undo it):
# aws organizations update-policy --policy-id p-b1e90729 --content file://1-DataPerimeter.before.json
