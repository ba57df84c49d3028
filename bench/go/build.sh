#!/bin/sh
# bench/go as a program: build.sh OUT. The runtime is compiled anew with two files beside its
# own, none of which is changed: the doors of candidates/go, and the loop.
set -eu
out=$(realpath -m "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
runtime=$(go env GOROOT)/src/runtime
bridge=$(realpath ../../candidates/go/runtime/bridge.go)
printf '{"Replace": {"%s/spanref_bridge.go": "%s", "%s/spanref_run.go": "%s/runtime/run.go"}}\n' \
  "$runtime" "$bridge" "$runtime" "$PWD" >"$work/overlay.json"
mkdir -p "$(dirname "$out")"
GO111MODULE=off GOFLAGS="" CGO_ENABLED=0 go build -overlay "$work/overlay.json" -o "$out" .
