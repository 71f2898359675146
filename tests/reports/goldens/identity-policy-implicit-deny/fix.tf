# Add a statement allowing dynamodb:Query to inline policy orders-table on
# arn:aws:iam::111122223333:role/orders-api.
# Where these policies are managed already, change them there instead of adding these blocks.

# replace identity_policy on arn:aws:iam::111122223333:role/orders-api
import {
  to = aws_iam_role_policy.orders_table_1
  id = "orders-api:orders-table"
}

resource "aws_iam_role_policy" "orders_table_1" {
  name = "orders-table"
  role = "orders-api"
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid" = "ReadWriteOrders"
        "Effect" = "Allow"
        "Action" = [
          "dynamodb:GetItem",
          "dynamodb:PutItem",
        ]
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
      },
      {
        "Sid" = "AllowDynamodbQuery"
        "Effect" = "Allow"
        "Action" = "dynamodb:Query"
        "Resource" = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
      },
    ]
  })
}
