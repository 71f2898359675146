# Except this request (cloudtrail:StopLogging) from the deny in SCP ProtectAuditTrail on
# arn:aws:organizations::999988887777:ou/o-h4rborline/ou-hb01-workload.
# NEEDS an organization administrator: run it in the management account.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole

# 1. replace scp ProtectAuditTrail on
# arn:aws:organizations::999988887777:ou/o-h4rborline/ou-hb01-workload
# Note: run it in the management account, or as a delegated administrator for policies.
# Back up what is there now:
aws organizations describe-policy --policy-id p-7c3584eb --query Policy.Content --output text > 1-ProtectAuditTrail.before.json
# The new document:
cat > 1-ProtectAuditTrail.after.json <<'POLICY'
{"Version":"2012-10-17","Statement":[{"Sid":"KeepTheTrail","Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/lena.admin"}}},{"Sid":"KeepTheTrailOtherActions","Effect":"Deny","Action":["cloudtrail:DeleteTrail"],"Resource":"*"},{"Sid":"KeepTheTrailOtherResources","Effect":"Deny","Action":"cloudtrail:StopLogging","NotResource":["arn:aws:cloudtrail:eu-west-1:111122223333:trail/main"]}]}
POLICY
# Apply:
aws organizations update-policy --policy-id p-7c3584eb --content file://1-ProtectAuditTrail.after.json
# Roll back (run these to undo it):
# aws organizations update-policy --policy-id p-7c3584eb --content file://1-ProtectAuditTrail.before.json
