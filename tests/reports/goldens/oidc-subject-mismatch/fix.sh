# Add a statement allowing sts:AssumeRoleWithWebIdentity to trust policy on
# arn:aws:iam::111122223333:role/github-deploy.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Without a policy change: run the job as the subject that the role trusts:
# repo:harborline/orders:ref:refs/heads/main

# 1. replace trust_policy trust_policy on arn:aws:iam::111122223333:role/github-deploy
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-role --role-name github-deploy --query Role.AssumeRolePolicyDocument > 1-github-deploy.before.json
# The new document:
cat > 1-github-deploy.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "GitHubMain",
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": "repo:harborline/orders:ref:refs/heads/main"
        }
      }
    },
    {
      "Sid": "AllowStsAssumeRoleWithWebIdentity",
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": "repo:harborline/orders:ref:refs/heads/release"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam update-assume-role-policy --role-name github-deploy --policy-document file://1-github-deploy.after.json
# Roll back (run these to undo it):
# aws iam update-assume-role-policy --role-name github-deploy --policy-document file://1-github-deploy.before.json
