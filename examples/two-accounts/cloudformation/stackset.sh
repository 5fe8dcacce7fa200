#!/bin/sh
# Deploys the roles of "two-accounts" to all accounts by StackSets, from the security account.
# Run it again to update all of them at once. Needs the AWS CLI; docs/SCALING.md explains each option.
set -eu
cd "$(dirname "$0")/.."

exists() {
  aws cloudformation describe-stack-set --stack-set-name "$1" --region us-east-1 --profile security-account >/dev/null 2>&1
}

# A set runs one operation at a time: wait for each before the next begins.
wait_for() {
  while :; do
    status=$(aws cloudformation describe-stack-set-operation --stack-set-name "$1" --operation-id "$2" \
      --query StackSetOperation.Status --output text --region us-east-1 --profile security-account)
    echo "$1 $2 $status"
    case $status in
      SUCCEEDED) return 0 ;;
      FAILED | STOPPED) return 1 ;;
    esac
    sleep 10
  done
}

# Instances for those of the accounts that have none yet.
create_missing() {
  set_name=$1
  shift
  existing=" $(aws cloudformation list-stack-instances --stack-set-name "$set_name" \
    --query 'Summaries[].Account' --output text --region us-east-1 --profile security-account | tr '\t\n' '  ') "
  missing=
  for account in "$@"; do
    case $existing in
      *" $account "*) ;;
      *) missing="$missing $account" ;;
    esac
  done
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # one word per account
    wait_for "$set_name" "$(aws cloudformation create-stack-instances --stack-set-name "$set_name" \
      --accounts $missing --regions us-east-1 \
      --operation-preferences RegionConcurrencyType=PARALLEL,MaxConcurrentPercentage=25,FailureTolerancePercentage=10,ConcurrencyMode=SOFT_FAILURE_TOLERANCE \
      --query OperationId --output text --region us-east-1 --profile security-account)"
  fi
}

# SecurityAuditRole, SecurityInventoryRole: 1 account(s), cloudformation.yaml
if exists two-accounts-access; then
  wait_for two-accounts-access "$(aws cloudformation update-stack-set \
    --stack-set-name two-accounts-access \
    --template-body file://cloudformation.yaml \
    --capabilities CAPABILITY_NAMED_IAM \
    --operation-preferences RegionConcurrencyType=PARALLEL,MaxConcurrentPercentage=25,FailureTolerancePercentage=10,ConcurrencyMode=SOFT_FAILURE_TOLERANCE \
    --region us-east-1 \
    --profile security-account \
    --query OperationId --output text)"
else
  aws cloudformation create-stack-set \
    --stack-set-name two-accounts-access \
    --template-body file://cloudformation.yaml \
    --capabilities CAPABILITY_NAMED_IAM \
    --permission-model SELF_MANAGED \
    --managed-execution Active=true \
    --region us-east-1 \
    --profile security-account
fi
create_missing two-accounts-access \
  657654036224
