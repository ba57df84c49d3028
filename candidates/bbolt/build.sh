#!/bin/sh
# bbolt's free lists as candidates: build.sh FOLDER. Its package is compiled as Debian has it
# (golang-github-coreos-bbolt-dev), with freelist/bridge.go beside its own files.
set -eu
mkdir -p "$1"
out=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=/usr/share/gocode/src/go.etcd.io/bbolt
printf '{"Replace": {"%s/spanref_bridge.go": "%s/freelist/bridge.go"}}\n' "$(realpath "$sources")" \
  "$PWD" >"$work/overlay.json"
version=$(dpkg-query -W -f '${Version}' golang-github-coreos-bbolt-dev)
# Go keeps what it built, and doesn't see a header of another folder change: the flags tell it.
header=$(cat ../spanref_candidate.h ../examples/range.h | cksum | cut -d' ' -f1)
for list in array hashmap; do
  define=-DBBOLT_$(echo $list | tr '[:lower:]' '[:upper:]')
  GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS="" CGO_CFLAGS="-O2 $define -DBBOLT_VERSION=$version -DSPANREF_HEADER=$header -I$PWD/.." \
    go build -overlay "$work/overlay.json" -buildmode=c-shared -o "$work/$list.so" .
  mv "$work/$list.so" "$out/bbolt-$list.so"
done
