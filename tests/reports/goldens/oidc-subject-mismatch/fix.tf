# Add a statement allowing sts:AssumeRoleWithWebIdentity to trust policy on
# arn:aws:iam::111122223333:role/github-deploy.
# needs review; owner: owner of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace trust_policy on arn:aws:iam::111122223333:role/github-deploy
# Merge assume_role_policy into the role's own resource; the rest of the role stays as it is.
import {
  to = aws_iam_role.github_deploy_1
  id = "github-deploy"
}

resource "aws_iam_role" "github_deploy_1" {
  name = "github-deploy"
  path = "/"
  assume_role_policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "GitHubMain"
        "Effect" = "Allow"
        "Principal" = {
          "Federated" = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        }
        "Action" = "sts:AssumeRoleWithWebIdentity"
        "Condition" = {
          "StringEquals" = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = "repo:harborline/orders:ref:refs/heads/main"
          }
        }
      },
      {
        "Sid" = "AllowStsAssumeRoleWithWebIdentity"
        "Effect" = "Allow"
        "Principal" = {
          "Federated" = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
        }
        "Action" = "sts:AssumeRoleWithWebIdentity"
        "Condition" = {
          "StringEquals" = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = "repo:harborline/orders:ref:refs/heads/release"
          }
        }
      },
    ]
  })
}
