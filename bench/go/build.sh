#!/bin/sh
# bench/go as a program: build.sh OUT. The runtime is compiled anew with two kinds of files beside
# its own, none of which is changed: the doors of candidates/go, and the loop.
set -eu
out=$(realpath -m "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
doors=../../candidates/go
"$doors/overlay.sh" go "$doors"/runtime/*.go runtime/run.go >"$work/overlay.json"
mkdir -p "$(dirname "$out")"
GO111MODULE=off GOFLAGS="" CGO_ENABLED=0 go build -overlay "$work/overlay.json" -o "$out" .
