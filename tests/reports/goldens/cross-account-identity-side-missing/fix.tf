# Create inline policy AllowSqsSendMessage on arn:aws:iam::111122223333:role/orders-api allowing
# sqs:SendMessage.
# Where these policies are managed already, change them there instead of adding these blocks.

# create identity_policy on arn:aws:iam::111122223333:role/orders-api
resource "aws_iam_role_policy" "allowsqssendmessage_1" {
  name = "AllowSqsSendMessage"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "AllowSqsSendMessage"
        "Effect" = "Allow"
        "Action" = "sqs:SendMessage"
        "Resource" = "arn:aws:sqs:eu-west-1:444455556666:lake-intake"
      },
    ]
  })
}
