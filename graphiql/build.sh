#!/bin/sh
# Builds the GraphiQL page into src/clientgraph/graphiql/assets.
#   build.sh          build and replace the committed files
#   build.sh --check  build aside; fail when a file would differ from the committed one
set -eu

cd "$(dirname "$0")"
assets=../src/clientgraph/graphiql/assets

case "${1:-}" in
  '') check=no ;;
  --check) check=yes ;;
  *) echo "usage: build.sh [--check]" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm ci --no-audit --no-fund
npx --no-install vite build --outDir "$work/built" --logLevel error
if [ "$check" = no ]; then
  node pack.js "$work/built" "$assets"
  exit
fi

node pack.js "$work/built" "$work/packed"
if ! diff "$assets/SHA256SUMS" "$work/packed/SHA256SUMS"; then
  echo "The committed GraphiQL assets do not match their sources: run graphiql/build.sh." >&2
  exit 1
fi
echo "The committed GraphiQL assets match their sources."
