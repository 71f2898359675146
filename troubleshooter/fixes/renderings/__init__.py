"""A proved fix in the forms in which people apply it: JSON, AWS CLI, Terraform, CloudFormation, diff."""
