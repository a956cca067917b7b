#!/usr/bin/env bash
# Builds, tests, measures and packs Viaduct. Needs the .NET 10 SDK and nothing else; see "./build.sh help".
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
readonly root

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Nothing stays behind: no idle build nodes, no compiler server.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

# Exit statuses of sysexits.h: the caller's mistake, something missing on this machine.
readonly exit_usage=64 exit_unavailable=69

usage() {
    cat <<'TEXT'
usage: ./build.sh VERB [ARGUMENTS]

  demo [ARGUMENTS]    a reader feeds workers as threads, as processes and over TCP, with kills; the three
                      results are compared with a single-threaded reference
                      (--input FILE|DIR for your own input; "demo --help" for the rest)
  test [ARGUMENTS]    build everything with warnings as errors and run the tests; the last line is
                      "N passed, N failed[, N skipped]" (ARGUMENTS go to the test runner, such as -class NAME)
  bench [ARGUMENTS]   measure latency and throughput beside peers and the machine's own limits
                      ([--only PART] [--size BYTES] [--quick] [--unpinned] [--json FILE]; "bench --help" for the rest)
  native              compile a program with all libraries ahead of time, for .NET 9, and run it: no warning may come of it, and the
                      answers must be right (packages of the compiler are downloaded when they are missing)
  pack                make the NuGet packages in artifacts/packages
  help                this text

Needs the .NET 10 SDK. What else a verb needs is installed by apt when run as root; otherwise a message says what
is missing. VIADUCT_TEST_TIMEOUT=SECONDS bounds a test run (1800 by default).
TEXT
}

say() { printf '%s\n' "build.sh: $*" >&2; }

fail() {
    local status=$1
    shift
    say "$@"
    exit "$status"
}

require_dotnet() {
    command -v dotnet >/dev/null 2>&1 ||
        fail $exit_unavailable "the .NET 10 SDK is missing: 'dotnet' is not in PATH (https://dotnet.microsoft.com/download/dotnet/10.0)"
    local version
    version=$(cd -- "$root" && dotnet --version 2>/dev/null) || version="none that global.json accepts"
    [[ $version == 10.* ]] ||
        fail $exit_unavailable "the .NET 10 SDK is missing; found: $version (https://dotnet.microsoft.com/download/dotnet/10.0)"
}

# install PACKAGE...: by apt, as root; false where that is not possible.
install() {
    [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null 2>&1 || return 1
    say "installing $*"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1
}

# Without "ip" the machine distance is simulated over loopback instead of network namespaces, so that it is no error.
want_namespaces() {
    command -v ip >/dev/null 2>&1 || install iproute2 ||
        say "no 'ip' command (package iproute2): machines are simulated over loopback instead of network namespaces"
}

# Whether a C compiler is there and finds the C library's headers. The bench asks for the same ones.
compiles_c() {
    local compiler
    for compiler in "${CC:-}" cc gcc clang; do
        [[ -n $compiler ]] && command -v "$compiler" >/dev/null 2>&1 &&
            "$compiler" -E - >/dev/null 2>&1 <<<'#include <stdio.h>' && return 0
    done
    return 1
}

# What the bench compares with, as far as this machine can get it. The bench names what it can't measure, and why.
want_peers() {
    compiles_c || install gcc libc6-dev ||
        say "no C compiler (cc, gcc, clang or \$CC): the limits and the C peers will be missing"
    compiles_c && command -v dpkg >/dev/null 2>&1 || return 0

    local package missing=()
    for package in g++ libzmq3-dev libnng-dev libopenmpi-dev openmpi-bin iceoryx libiceoryx-posh-dev cyclonedds-dev cyclonedds-tools; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    ((${#missing[@]} == 0)) || install "${missing[@]}" ||
        say "not all peers could be installed (${missing[*]}); the bench names those that are missing"
}

# Programs that the bench starts beside its own. It names those that are missing.
want_programs() {
    build bench/Viaduct.Benchmarks.Hello
    build bench/Viaduct.Benchmarks.Isolation
    (build bench/Viaduct.Benchmarks.Http) || say "no HTTP/2 to compare with: it needs ASP.NET Core"

    # Compiled ahead of time only for the part that starts processes.
    case " $* " in *" --only crash "*) ;; *" --only "*) return ;; esac
    (quietly dotnet publish bench/Viaduct.Benchmarks.Isolation -c Release --use-current-runtime --no-self-contained -v quiet -nologo \
        -p:PublishReadyToRun=true "-p:ArtifactsPath=$root/artifacts/readytorun" "-p:NuGetLockFilePath=$root/artifacts/readytorun/lock.json") ||
        say "no program compiled ahead of time: the package of its compiler could not be had"
}

# quietly COMMAND...: in the repository; its output is seen only if it fails.
quietly() {
    local output
    output=$(cd -- "$root" && "$@" 2>&1) || {
        printf '%s\n' "$output" >&2
        fail 1 "failed: $*"
    }
}

# build PROJECT: in Release; warnings are errors.
build() {
    say "building $1"
    quietly dotnet build "$1" -c Release -v quiet -nologo
}

demo() {
    want_namespaces
    build src/Viaduct.Cli
    exec dotnet "$root/artifacts/bin/Viaduct.Cli/release/Viaduct.Cli.dll" demo "$@"
}

bench() {
    build bench/Viaduct.Benchmarks
    case ${1:-} in
    charts | micro | -h | --help) ;;
    *)
        want_peers
        want_programs "$@"
        ;;
    esac
    exec dotnet "$root/artifacts/bin/Viaduct.Benchmarks/release/Viaduct.Benchmarks.dll" "$@"
}

pack() {
    (($# == 0)) || fail $exit_usage "pack takes no arguments"
    rm -rf -- "$root/artifacts/packages"
    say "packing"
    quietly dotnet pack Viaduct.slnx -c Release -v quiet -nologo
    (cd -- "$root" && ls -1 artifacts/packages/*.nupkg artifacts/packages/*.snupkg)
}

native() {
    (($# == 0)) || fail $exit_usage "native takes no arguments"
    say "compiling tests/Viaduct.NativeProgram ahead of time"
    quietly dotnet publish tests/Viaduct.NativeProgram -c Release -v quiet -nologo -p:NativeFramework=net9.0
    exec "$root"/artifacts/native/publish/Viaduct.NativeProgram/release_*/Viaduct.NativeProgram
}

# failures LOG: what the runner said of each test that failed, at most 60 lines of each: their names end in "[FAIL]" and what belongs
# to them stands further to the right. Thousands of lines may lie between them and the end of the log.
failures() {
    awk '/^    [^ ].*\[FAIL\]$/ { lines = 60 } /^ ? ? ? ?[^ ]/ && !/\[FAIL\]$/ { lines = 0 } lines-- > 0' "$1"
}

run_tests() {
    want_namespaces
    build Viaduct.slnx
    (build tests/ReadyToRun) || say "no program compiled ahead of time, so that tests take longer: the package of its compiler could not be had"

    local log status=0
    log=$(mktemp)
    # shellcheck disable=SC2064 # the name is wanted as it is now
    trap "rm -f -- '$log'" EXIT
    timeout --foreground --kill-after=30 "${VIADUCT_TEST_TIMEOUT:-1800}" \
        dotnet "$root/artifacts/bin/Viaduct.Tests/release/Viaduct.Tests.dll" -noLogo -noColor -longRunning 60 "$@" 2>&1 | tee -- "$log" || status=$?
    [[ $status -ne 124 && $status -ne 137 ]] || say "the tests were ended after ${VIADUCT_TEST_TIMEOUT:-1800} seconds"

    # The runner's summary: "Viaduct.Tests  Total: 9, Errors: 0, Failed: 1, Skipped: 2, Not Run: 0, Time: 1.234s", or "Total: 0" alone.
    local total=0 errors=0 failed=0 skipped=0 not_run=0
    local summary=' Total: 0$| Total: +([0-9]+), Errors: +([0-9]+), Failed: +([0-9]+), Skipped: +([0-9]+), Not Run: +([0-9]+)' line
    line=$(grep -E -- "$summary" "$log" | tail -n 1) || true
    if [[ $line =~ $summary ]]; then
        total=${BASH_REMATCH[1]:-0} errors=${BASH_REMATCH[2]:-0} failed=${BASH_REMATCH[3]:-0}
        skipped=${BASH_REMATCH[4]:-0} not_run=${BASH_REMATCH[5]:-0}
    else
        say "the test runner ended with status $status and no summary"
        errors=1
    fi

    ((failed == 0)) || {
        printf 'failed:\n'
        failures "$log"
    }

    local passed=$((total - failed - skipped - not_run))
    failed=$((failed + errors))
    if ((failed == 0 && status != 0)); then
        say "the test runner ended with status $status"
        failed=1
    fi
    if ((failed == 0 && passed == 0)); then
        say "no test ran"
        status=1
    fi
    if ((skipped > 0)); then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi
    ((failed == 0 && status == 0))
}

(($# > 0)) || {
    usage >&2
    exit $exit_usage
}
verb=$1
shift
case $verb in
demo | bench | native | pack)
    require_dotnet
    "$verb" "$@"
    ;;
test)
    require_dotnet
    run_tests "$@"
    ;;
help | -h | --help)
    usage
    ;;
*)
    say "unknown verb '$verb'"
    usage >&2
    exit $exit_usage
    ;;
esac
