#!/bin/sh
# Explains three of the sample denials; `make demo` calls it with the program on PATH.
set -eu
cd "$(dirname "$0")/.."

explain() {
  printf '$ troubleshooter explain %s --snapshot %s\n\n' "$1" "$2"
  troubleshooter explain "$1" --snapshot "$2"
  printf '\n'
}

for case in s3-bucket-arn-for-object-action region-not-allowed kms-key-behind-resource; do
  explain "sample_logs/$case/event.json" "sample_logs/$case/snapshot"
done
