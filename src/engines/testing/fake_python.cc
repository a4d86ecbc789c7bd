#include "engines/testing/fake_python.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace atelier::engines {
namespace {

constexpr const char* kScript = R"(#!/bin/sh
answer() {{ printf '%s\n' "{version}" "{largest}" "{prefix}" "{ensurepip}"; }}
make() {{ mkdir -p "$1/bin"; cp "$0" "$1/bin/python"; }}
install() {{
  echo "Collecting one==1"
  for last; do :; done
  case $last in
    *.txt) file=$last ;;
    *) exit 0 ;;
  esac
  if grep -q unobtainable "$file"; then
    echo "ERROR: No matching distribution found for unobtainable==1"
    exit 1
  fi
  if grep -q endless "$file"; then exec sleep 100000; fi
  echo "Installing collected packages: one"
  echo "Successfully installed one-1"
}}
case "$*" in
  "-E -c "*) answer ;;
  "-m venv "*) make "$3" ;;
  "-m virtualenv "*) mkdir -p "$6/bin"; cp "$5" "$6/bin/python" ;;
  "-m pip install "*) install "$@" ;;
  "-c "*)
    if [ -e no-probe ]; then echo "ImportError: no such module"; exit 1; fi
    echo "python {version}"
    echo "hook ${{ATELIER_TF1_COMPAT:-unset}}"
    echo "path ${{PYTHONPATH:-unset}}" ;;
  *) echo "unexpected arguments: $*"; exit 2 ;;
esac
)";

}  // namespace

void WriteFakePython(const fs::path& folder, const FakePython& python) {
  ASSERT_TRUE(MakeDirectories(folder));
  auto minor = python.version.substr(0, python.version.rfind('.'));
  auto text =
      fmt::format(kScript, fmt::arg("version", python.version), fmt::arg("largest", python.ucs4 ? "1114111" : "65535"),
                  fmt::arg("prefix", python.base_prefix), fmt::arg("ensurepip", python.has_ensurepip ? 1 : 0));
  auto written = WriteFileDurably(folder / ("python" + minor), text, 0755);
  ASSERT_TRUE(written) << written.error().message;
}

}  // namespace atelier::engines
