# Add a statement allowing iam:PassRole to inline policy deploy on
# arn:aws:iam::111122223333:user/ci-runner.
# needs review; owner: IAM administrators of account 111122223333
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:user/ci-runner
import {
  to = aws_iam_user_policy.deploy_1
  id = "ci-runner:deploy"
}

resource "aws_iam_user_policy" "deploy_1" {
  name = "deploy"
  user = "ci-runner"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Functions"
        "Effect" = "Allow"
        "Action" = [
          "lambda:CreateFunction",
          "lambda:UpdateFunctionCode",
        ]
        "Resource" = "arn:aws:lambda:eu-west-1:111122223333:function:*"
      },
      {
        "Sid" = "PassExec"
        "Effect" = "Allow"
        "Action" = "iam:PassRole"
        "Resource" = "arn:aws:iam::111122223333:role/orders-exec"
        "Condition" = {
          "StringEquals" = {
            "iam:PassedToService" = "lambda.amazonaws.com"
          }
        }
      },
      {
        "Sid" = "AllowIamPassRole"
        "Effect" = "Allow"
        "Action" = "iam:PassRole"
        "Resource" = "arn:aws:iam::111122223333:role/reprice-exec"
        "Condition" = {
          "StringEquals" = {
            "iam:PassedToService" = "lambda.amazonaws.com"
          }
        }
      },
    ]
  })
}
