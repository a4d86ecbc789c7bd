#!/bin/sh
# Compiler launcher of the precompiled headers: <out>.sum is the checksum of all that went in (CCACHE_PCH_EXTSUM).
"$@" || exit
for word; do
  case $before in -MF) dependencies=$word ;; -o) output=$word ;; esac
  before=$word
done
case $output in
  *.pch) tr -s ' \\\n' '\n' <"$dependencies" | sed 1d | xargs cat | sha256sum >"$output.sum" ;;
esac
