# Except this request (cloudtrail:StopLogging) from the deny in SCP ProtectAuditTrail on
# arn:aws:organizations::999988887777:ou/o-h4rborline/ou-hb01-workload.
# needs org admin; owner: administrators of organization management account 999988887777
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace scp on arn:aws:organizations::999988887777:ou/o-h4rborline/ou-hb01-workload
import {
  to = aws_organizations_policy.protectaudittrail_1
  id = "p-7c3584eb"
}

resource "aws_organizations_policy" "protectaudittrail_1" {
  name = "ProtectAuditTrail"
  type = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "KeepTheTrail"
        "Effect" = "Deny"
        "Action" = [
          "cloudtrail:StopLogging",
          "cloudtrail:DeleteTrail",
        ]
        "Resource" = "*"
        "Condition" = {
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:user/lena.admin"
          }
        }
      },
      {
        "Sid" = "KeepTheTrailOtherActions"
        "Effect" = "Deny"
        "Action" = [
          "cloudtrail:DeleteTrail",
        ]
        "Resource" = "*"
      },
      {
        "Sid" = "KeepTheTrailOtherResources"
        "Effect" = "Deny"
        "Action" = "cloudtrail:StopLogging"
        "NotResource" = [
          "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",
        ]
      },
    ]
  })
}
