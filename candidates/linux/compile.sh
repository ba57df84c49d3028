#!/bin/sh
# One file as the kernel compiles it: compile.sh TREE FILE.c OBJECT [CFLAG...]
set -eu
tree=$1 file=$2 object=$3
shift 3
case $file in
  */page_alloc.c) set -- -I"$tree/zone/include" "$@" ;; # pages and zones as the kernel has them
esac
exec ${CC:-cc} -std=gnu11 -O2 -g -fPIC -fno-strict-aliasing -fvisibility=hidden \
  -ffunction-sections -fdata-sections -DLINUX_VERSION="\"Linux $(cat "$tree/version")\"" -include "$(dirname "$(realpath "$0")")/shim.h" \
  -isystem "$tree/include" -isystem "$tree" "$@" -c -o "$object" "$file"
