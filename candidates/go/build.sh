#!/bin/sh
# Go's page allocator as a shared object: build.sh OUT.so [GO]. The runtime of that go (or of the
# PATH's) is compiled anew, with runtime/*.go beside its own files; none of them is changed.
set -eu
out=$(realpath -m "$1")
go=${2:-go}
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./overlay.sh "$go" runtime/*.go >"$work/overlay.json"
mkdir -p "$(dirname "$out")"
# Go keeps what it built, and doesn't see a header of another folder change: the flags tell it.
header=$(cksum ../spanref_candidate.h | cut -d' ' -f1)
GO111MODULE=off GOFLAGS="" \
  CGO_CFLAGS="-O2 -DGO_VERSION=$("$go" env GOVERSION) -DSPANREF_HEADER=$header" \
  "$go" build -overlay "$work/overlay.json" -buildmode=c-shared -o "$work/go.so" .
mv "$work/go.so" "$out"
