# Add a statement allowing s3:GetObject to session policy on
# arn:aws:sts::111122223333:assumed-role/analyst/build-5512.
# NEEDS REVIEW by the policy's owner before anyone runs it.
# To run it as a whole, save it and use: bash -eu FILE (it stops at the first failure).
# Warning: a session's policies are fixed when it is made: whoever calls AssumeRole must pass the new
# policy

# 1. replace session_policy session_policy on
# arn:aws:sts::111122223333:assumed-role/analyst/build-5512
# Run it with credentials of account 111122223333.
# Note: a session keeps its policy until it ends: pass the new one where the session is started.
# The new document:
cat > 1-build-5512.after.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "UploadOnly",
      "Effect": "Allow",
      "Action": [
        "s3:ListBucket",
        "s3:PutObject"
      ],
      "Resource": [
        "arn:aws:s3:::harborline-reports",
        "arn:aws:s3:::harborline-reports/*"
      ]
    },
    {
      "Sid": "AllowS3GetObject",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::harborline-reports/q3/summary.csv"
    }
  ]
}
POLICY
# Apply:
aws sts assume-role --role-arn arn:aws:iam::111122223333:role/analyst --role-session-name build-5512 --policy file://1-build-5512.after.json
