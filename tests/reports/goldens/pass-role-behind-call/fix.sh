# Add a statement allowing iam:PassRole to inline policy deploy on
# arn:aws:iam::111122223333:user/ci-runner.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).

# 1. replace identity_policy deploy on arn:aws:iam::111122223333:user/ci-runner
# Run it with credentials of account 111122223333.
# Back up what is there now:
aws iam get-user-policy --user-name ci-runner --policy-name deploy --query PolicyDocument > 1-deploy.before.json
# The new document:
cat > 1-deploy.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Functions",
      "Effect": "Allow",
      "Action": [
        "lambda:CreateFunction",
        "lambda:UpdateFunctionCode"
      ],
      "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:*"
    },
    {
      "Sid": "PassExec",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::111122223333:role/orders-exec",
      "Condition": {
        "StringEquals": {
          "iam:PassedToService": "lambda.amazonaws.com"
        }
      }
    },
    {
      "Sid": "AllowIamPassRole",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::111122223333:role/reprice-exec",
      "Condition": {
        "StringEquals": {
          "iam:PassedToService": "lambda.amazonaws.com"
        }
      }
    }
  ]
}
POLICY
# Apply:
aws iam put-user-policy --user-name ci-runner --policy-name deploy --policy-document file://1-deploy.after.json
# Roll back (run these to undo it):
# aws iam put-user-policy --user-name ci-runner --policy-name deploy --policy-document file://1-deploy.before.json
