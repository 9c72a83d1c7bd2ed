#!/bin/bash
# As the image's: a variable LOCALSTACK_X is also X; then the supervisor, which hands signals on and restarts the runtime on request.
set -eo pipefail
while IFS='=' read -r name _; do
  case $name in
    LOCALSTACK_HOST | LOCALSTACK_HOSTNAME | LOCALSTACK_[0-9]*) ;;
    LOCALSTACK_*) declare -gx "${name#LOCALSTACK_}=${!name}" ;;
  esac
done < <(env)
exec localstack-supervisor
