"""Points on which AWS's documentation is silent or of two minds, and the reading taken here.

Each is named where it is used; a policy that depends on one deserves a second look.

* **IfExists with ForAnyValue on an absent key.** "If the key is not present, evaluate the condition element as
  true" is said of every operator, ForAnyValue's "false" only of the set operator alone: true
  (reference_policies_elements_condition_operators.html, IfExists).
* **ArnLike with a bare ``*``.** The page compares six fields and never shows fewer. Taken as "any ARN", as every
  element that takes an ARN takes it.
* **Null with ForAllValues or ForAnyValue.** Null asks whether the key is there at all, which no single value can
  answer: the set operator changes nothing.
* **The kind of deny of S3 Block Public Access.** RestrictPublicBuckets makes the public grant stop counting:
  implicit deny (access-control-block-public-access.html).
* **NotPrincipal without the account ARN.** "The policy might deny access to the entire account": unknown where an
  unknown may be said, else the deny applies (reference_policies_elements_notprincipal.html).
* **Bool, dates, numbers or IP addresses that cannot be read.** They satisfy neither the operator nor its negation.
* **A plain operator on a key with several values.** "Multivalued context keys require a condition set operator":
  it does not match, negated or not; what counts is how many values the request has
  (reference_policies_condition-single-vs-multi-valued-context-keys.html).
* **A variable without a value beside other values.** "Any attempt to match it fails": another value may still match;
  under a negated operator and in NotResource the statement does not apply (reference_policies_variables.html).
* **A date of four digits.** A year (W3C's profile of ISO 8601), not seconds since 1970.
* **A resource-based statement without Resource or without Principal.** Without Resource it speaks of what it is
  attached to (AWS's own SNS and ECR examples have none); without Principal it names nobody.
* **Empty lists.** Refused as Action, Resource and Principal; a condition without values is never met, its negation is.
* **Bucket tags.** Unless ABAC is turned on for the bucket they do not count, which is the default; tags of the bucket
  in a request for an object are left as given (buckets-tagging-enable-abac.html).
* **A federated-user session's IAM user.** Nothing in its ARN names the user who called GetFederationToken: the
  session issuer where the log has it, else the user of the same name.
* **A service principal and ``"Principal": "*"``.** "All principals" includes services
  (reference_policies_elements_principal.html), also for Allow.
* **An account principal in a VPC endpoint policy.** Interface endpoints read it as the account, gateway endpoints
  as its root user alone; nothing says here which kind of endpoint it is: the account
  (vpc/latest/privatelink/vpc-endpoints-access.html).
"""

from __future__ import annotations

BARE_STAR_IS_AN_ARN_PATTERN = True
