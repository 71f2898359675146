# Add a statement allowing sagemaker:ListNotebookInstances to SCP ApprovedServices on
# arn:aws:organizations::999988887777:account/o-h4rborline/111122223333.
# needs org admin; owner: administrators of organization management account 999988887777
# Where these policies are managed already, change them there instead of adding these blocks.

# replace scp on arn:aws:organizations::999988887777:account/o-h4rborline/111122223333
import {
  to = aws_organizations_policy.approvedservices_1
  id = "p-a0483912"
}

resource "aws_organizations_policy" "approvedservices_1" {
  name = "ApprovedServices"
  type = "SERVICE_CONTROL_POLICY"
  content = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "Approved"
        "Effect" = "Allow"
        "Action" = [
          "s3:*",
          "sqs:*",
          "dynamodb:*",
          "iam:*",
          "sts:*",
          "lambda:*",
        ]
        "Resource" = "*"
      },
      {
        "Sid" = "AllowSagemakerListNotebookInstances"
        "Effect" = "Allow"
        "Action" = "sagemaker:ListNotebookInstances"
        "Resource" = "*"
        "Condition" = {
          "ArnEquals" = {
            "aws:PrincipalArn" = "arn:aws:iam::111122223333:user/lena.admin"
          }
        }
      },
    ]
  })
}
