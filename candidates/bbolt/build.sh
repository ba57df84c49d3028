#!/bin/sh
# bbolt's free lists as candidates: build.sh FOLDER [LIST...]. It is compiled as it is, with doors of
# freelist/ beside its own files. LIST: array or hashmap. From the environment:
#
#   BBOLT=TREE          a tree of bbolt; without, what golang-github-coreos-bbolt-dev has
#   GO=GO               which go
#   CHANGED=FILE=PATH   PATH is in the place of bbolt's FILE
set -eu
mkdir -p "$1"
out=$(realpath "$1")
shift
lists=${*:-array hashmap}
tree=$(realpath "${BBOLT:-/usr/share/gocode/src/go.etcd.io/bbolt}")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src/go.etcd.io"
ln -s "$tree" "$work/src/go.etcd.io/bbolt"

set -- "spanref.go=$PWD/freelist/bridge_1.3.go"
[ ! -e "$tree/internal/freelist" ] || set -- "internal/freelist/spanref.go=$PWD/freelist/bridge_1.4.go" \
  "spanref.go=$PWD/freelist/door_1.4.go"
[ -z "${CHANGED:-}" ] || set -- "$@" "$CHANGED"
for pair; do
  printf '"%s/src/go.etcd.io/bbolt/%s": "%s"\n' "$work" "${pair%%=*}" "${pair#*=}"
done | paste -s -d, | sed 's/.*/{"Replace": {&}}/' >"$work/overlay.json"

if [ -z "${BBOLT:-}" ]; then
  version=$(dpkg-query -W -f '${Version}' golang-github-coreos-bbolt-dev)
else
  version=$(sed -n 's/.*Version *= *"\(.*\)"/\1/p' "$tree/version/version.go" 2>/dev/null) || version=of_a_tree
fi
# Go keeps what it built, and doesn't see a header of another folder change: the flags tell it.
header=$(cat ../spanref_candidate.h ../examples/range.h | cksum | cut -d' ' -f1)
for list in $lists; do
  define=-DBBOLT_$(echo "$list" | tr '[:lower:]' '[:upper:]')
  GOPATH=$work:/usr/share/gocode GO111MODULE=off GOFLAGS="" \
    CGO_CFLAGS="-O2 $define -DBBOLT_VERSION=$version -DSPANREF_HEADER=$header -I$PWD/.." \
    "${GO:-go}" build -overlay "$work/overlay.json" -buildmode=c-shared -o "$work/$list.so" .
  mv "$work/$list.so" "$out/bbolt-$list.so"
done
