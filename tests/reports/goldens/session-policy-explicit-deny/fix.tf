# Except this request (s3:PutObject) from the deny in session policy on
# arn:aws:sts::111122223333:assumed-role/analyst/build-5512.
# needs review; owner: whoever makes the session in account 111122223333
# Warning: somebody wrote this Deny on purpose: ask its owner before cutting a hole
# Warning: a session's policies are fixed when it is made: whoever calls AssumeRole must pass the new
# policy
# Where these policies are managed already, change them there instead of adding these blocks.

# replace session_policy on arn:aws:sts::111122223333:assumed-role/analyst/build-5512
# Terraform has no resource of its own for it. The document:
# {
#   "Version": "2012-10-17",
#   "Statement": [
#     {
#       "Effect": "Allow",
#       "Action": "s3:*",
#       "Resource": "*"
#     },
#     {
#       "Sid": "ReadOnlySessionOtherResources",
#       "Effect": "Deny",
#       "Action": "s3:PutObject",
#       "NotResource": [
#         "arn:aws:s3:::harborline-reports/q3/summary.csv"
#       ]
#     }
#   ]
# }
