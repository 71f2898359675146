# Create inline policy AllowDynamodbPutItem on arn:aws:iam::111122223333:role/orders-api allowing
# dynamodb:PutItem.
# needs review; owner: IAM administrators of account 111122223333
# Warning: not proved: the policies that decide were not read, so others may still deny; give
# --snapshot or --live
# Where these policies are managed already, change them there instead of adding these blocks.

# create identity_policy on arn:aws:iam::111122223333:role/orders-api
resource "aws_iam_role_policy" "allowdynamodbputitem_1" {
  name = "AllowDynamodbPutItem"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "AllowDynamodbPutItem"
        "Effect" = "Allow"
        "Action" = "dynamodb:PutItem"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
      },
    ]
  })
}
