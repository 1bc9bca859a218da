#!/usr/bin/env bash
# Runs the benchmarks and prints Markdown tables for benches/README.md.
#
#   benches/run.sh                 everything but `build`
#   benches/run.sh NAME…           some of: ceiling memory digests start primitives build
#
# Data is made once, in target/bench-data (about 1.4 GB), and used again.
# LOGS, ROUNDS and DIGESTS change the sizes, for a quick look.
set -euo pipefail
cd "$(dirname "$0")/.."

LOGS=${LOGS:-5000}
ROUNDS=${ROUNDS:-7}
DIGESTS=${DIGESTS:-100000}
TARGET=${CARGO_TARGET_DIR:-target}
BIN=$TARGET/release
DATA=$TARGET/bench-data

# mirror N: the folder of a mirror of N logs of about 420 KB.
mirror() {
    local folder=$DATA/logs-$1
    if [ ! -e "$folder-keys.json" ]; then
        # The keys are written last: without them the mirror is not whole.
        rm -rf "$folder"
        "$BIN/synthetic" "$folder" --logs "$1" >&2
    fi
    echo "$folder"
}

ceiling() {
    local folder
    folder=$(mirror "$LOGS")
    printf '\n### Walk over a folder\n\n`ceiling`: '
    "$BIN/ceiling" "$folder" --rounds "$ROUNDS"
}

memory() {
    local small large
    small=$(mirror "$LOGS")
    large=$(mirror $((4 * LOGS)))
    printf '\n### Memory: %s logs, and four times as many\n\n' "$LOGS"
    "$BIN/processes" memory -- \
        "$BIN/trailseal" verify "$small" --keys "$small-keys.json" --jobs 1 , \
        "$BIN/trailseal" verify "$large" --keys "$large-keys.json" --jobs 1 , \
        "$BIN/trailseal" verify "$small" --keys "$small-keys.json" --jobs 2 , \
        "$BIN/trailseal" verify "$large" --keys "$large-keys.json" --jobs 2
}

digests() {
    printf '\n### A chain of empty digests\n\n`empty_chain`: '
    "$BIN/empty_chain" "$DATA/empty-chain-signatures.txt" --digests "$DIGESTS" --rounds "$ROUNDS"
}

start() {
    local vector=test-vectors/cases/empty-hours
    printf '\n### Cold start: `trailseal verify` of a small bucket, and of the sample\n\n'
    "$BIN/processes" start --exit 0 -- \
        "$BIN/trailseal" verify "$vector/objects" --keys "$vector/keys.json"
    echo
    "$BIN/processes" start --exit 1 -- \
        "$BIN/trailseal" verify test-vectors/sample --keys test-vectors/sample-keys.json
}

# Criterion's text as a table.
primitives() {
    printf '\n### Primitives, single checks, fold, small walks\n\n'
    printf '| what | time | throughput |\n| --- | --- | --- |\n'
    # Without earlier results, Criterion prints no comparison with them.
    rm -rf "$TARGET/criterion"
    # The release profile: what is measured is what is shipped.
    cargo bench --quiet --locked --profile release --package trailseal-benches 2>/dev/null | awk '
        function row() { if (time != "") printf "| %s | %s | %s |\n", name, time, rate; time = rate = "" }
        function middle(line) {
            sub(/^[^[]*\[/, "", line); sub(/\].*/, "", line); split(line, part, " ")
            return part[3] " " part[4]
        }
        / time: / { row(); head = $0; sub(/ *time: .*/, "", head); name = head != "" ? head : last; time = middle($0); next }
        / thrpt: / && rate == "" { rate = middle($0); next }
        /^[^ ]/ { last = $0 }
        END { row() }'
}

build() {
    local clean seconds
    clean=$(mktemp -d)
    trap 'rm -rf "$clean"' EXIT
    cargo fetch --locked --quiet
    seconds=$(date +%s.%N)
    CARGO_TARGET_DIR=$clean cargo build --release --locked --quiet --timings >/dev/null
    seconds=$(date +%s.%N | awk -v from="$seconds" '{ printf "%.1f", $1 - from }')
    printf '\n### Release build from clean\n\n%s s in all. The longest units:\n\n' "$seconds"
    printf '| unit | s |\n| --- | --- |\n'
    # The data of the report: one member a line.
    awk '
        /"name":/ { name = $0; gsub(/.*: "|",?$/, "", name) }
        /"target":/ { target = $0; gsub(/.*: "|",?$/, "", target) }
        /"duration":/ { time = $0; gsub(/[^0-9.]/, "", time); printf "%s\t%s%s\n", time, name, target }
    ' "$clean"/cargo-timings/cargo-timing.html | sort -rn | head -n 12 |
        awk -F '\t' '{ printf "| %s | %s |\n", $2, $1 }'
}

printf 'Commit %s · %s · %s\n\n' \
    "$(git describe --always --dirty 2>/dev/null || echo unknown)" \
    "$(date -u +%Y-%m-%dT%H:%MZ)" "$(rustc --version)"
printf '%s, %s processors, %s · load before: %s\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
    "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"

[ $# -gt 0 ] || set -- ceiling memory digests start primitives
for name in "$@"; do
    case $name in
    ceiling | memory | digests | start)
        cargo build --release --locked --quiet --package trailseal-benches --package trailseal-cli
        mkdir -p "$DATA"
        "$name"
        ;;
    primitives | build) "$name" ;;
    *)
        echo "unknown: $name; one of ceiling memory digests start primitives build" >&2
        exit 2
        ;;
    esac
done
