# Except this request (dynamodb:CreateTable) from the deny in SCP EuropeOnly on
# arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01.
# needs org admin; owner: administrators of organization management account 999988887777
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Where these policies are managed already, change them there instead of adding these blocks.

# replace scp on arn:aws:organizations::999988887777:root/o-h4rborline/r-hb01
import {
  to = aws_organizations_policy.europeonly_1
  id = "p-932e0c33"
}

resource "aws_organizations_policy" "europeonly_1" {
  name = "EuropeOnly"
  type = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "OnlyEurope"
        "Effect" = "Deny"
        "NotAction" = [
          "iam:*",
          "sts:*",
          "organizations:*",
          "support:*",
          "cloudfront:*",
          "route53:*",
        ]
        "Resource" = "*"
        "Condition" = {
          "StringNotEquals" = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "eu-central-1",
            ]
          }
          "ArnNotEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:user/lena.admin"
          }
        }
      },
      {
        "Sid" = "OnlyEuropeOtherActions"
        "Effect" = "Deny"
        "NotAction" = [
          "iam:*",
          "sts:*",
          "organizations:*",
          "support:*",
          "cloudfront:*",
          "route53:*",
          "dynamodb:CreateTable",
        ]
        "Resource" = "*"
        "Condition" = {
          "StringNotEquals" = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "eu-central-1",
            ]
          }
        }
      },
      {
        "Sid" = "OnlyEuropeOtherResources"
        "Effect" = "Deny"
        "Action" = "dynamodb:CreateTable"
        "Condition" = {
          "StringNotEquals" = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "eu-central-1",
            ]
          }
        }
        "NotResource" = [
          "arn:aws:dynamodb:us-west-1:111122223333:table/orders-test",
        ]
      },
    ]
  })
}
