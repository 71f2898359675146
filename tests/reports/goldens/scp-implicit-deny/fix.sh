# Add a statement allowing sagemaker:ListNotebookInstances to SCP ApprovedServices on
# arn:aws:organizations::999988887777:account/o-h4rborline/111122223333.
# NEEDS an organization administrator: run it in the management account.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace scp ApprovedServices on
# arn:aws:organizations::999988887777:account/o-h4rborline/111122223333
# Note: run it in the management account, or as a delegated administrator for policies.
# Back up what is there now:
aws organizations describe-policy --policy-id p-a0483912 --query Policy.Content --output text > 1-ApprovedServices.before.json
# The new document:
cat > 1-ApprovedServices.after.json <<'POLICY'
{"Version":"2012-10-17","Statement":[{"Sid":"Approved","Effect":"Allow","Action":["s3:*","sqs:*","dynamodb:*","iam:*","sts:*","lambda:*"],"Resource":"*"},{"Sid":"AllowSagemakerListNotebookInstances","Effect":"Allow","Action":"sagemaker:ListNotebookInstances","Resource":"*","Condition":{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/lena.admin"}}}]}
POLICY
# Apply:
aws organizations update-policy --policy-id p-a0483912 --content file://1-ApprovedServices.after.json
# Roll back (run these to undo it):
# aws organizations update-policy --policy-id p-a0483912 --content file://1-ApprovedServices.before.json
