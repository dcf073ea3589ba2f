#!/usr/bin/env bash
# Runs every kernel under oclgrind, a simulated device that sees what a real one hides: accesses out of bounds, data
# races between work-items, values that nobody wrote, wrong API calls. Nothing may be found. Then it plants a fault of
# each kind into copies of the kernels, and each must be found: the check can fail.
#
#   oclgrind.sh [CLASS PATH]      the class path of this module's tests; else what `mvn test-compile` left, and JOCL from
#                                 the local Maven repository
#   JAVA=...                      a java of version 25 or later
#   OCLGRIND_ICD=...              liboclgrind-rt-icd.so, where it is not among the system's libraries
#
# Wanted, on Debian 12: apt-get install oclgrind ocl-icd-libopencl1. Nothing is installed here. Exit status 77: no oclgrind.
#
# oclgrind is used as an installable driver (its launcher `oclgrind java` crashes). The search for unwritten values needs
# programs that are not optimised.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
module=$(dirname "$here")
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
sources=$module/target/classes/dev/tessera/kernels/opencl

icd=${OCLGRIND_ICD:-}
for folder in /usr/lib/oclgrind /usr/lib/*/oclgrind /usr/local/lib /usr/lib /usr/lib/*-linux-gnu; do
  [[ -n $icd || ! -e $folder/liboclgrind-rt-icd.so ]] || icd=$folder/liboclgrind-rt-icd.so
done
if [[ -z $icd ]]; then
  echo "oclgrind.sh: oclgrind is missing: apt-get install oclgrind, or name its liboclgrind-rt-icd.so in OCLGRIND_ICD" >&2
  exit 77
fi

class_path=${1:-}
if [[ -z $class_path ]]; then
  class_path=$module/target/test-classes:$module/target/classes:$module/../core/target/classes
  for jar in "$HOME"/.m2/repository/org/jocl/jocl/*/jocl-*.jar; do
    class_path+=:$jar
  done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/vendors"
echo "$icd" >"$work/vendors/oclgrind.icd"

# oclgrind is built on LLVM, which puts signal handlers of its own in place of the JVM's; libjsig, loaded first, keeps the
# JVM's in front.
preload=${LD_PRELOAD:-}
signals=$(dirname "$(dirname "$(readlink -f "$(command -v "$java")")")")/lib/libjsig.so
[[ ! -e $signals || $signals == *[\ :]* ]] || preload=${preload:+$preload:}$signals

# simulate LOG, FOLDER OF CHANGED KERNELS or "", then the arguments of KernelSuiteMain; what oclgrind finds goes to LOG
simulate() {
  local log=$1 changed=$2
  shift 2
  (cd "$work" && OCL_ICD_VENDORS=$work/vendors OCLGRIND_LOG=$log OCLGRIND_CHECK_API=1 OCLGRIND_DATA_RACES=1 OCLGRIND_MAX_ERRORS=20 \
    LD_PRELOAD=$preload exec "$java" --enable-native-access=ALL-UNNAMED -cp "${changed:+$changed:}$class_path" \
    dev.tessera.kernels.opencl.KernelSuiteMain "$@")
}

clean() {
  local log=$work/$1.log status=0
  simulate "$log" "" small "${@:2}" >"$work/$1.out" || status=$?
  if [[ $status != 0 || -s $log ]] || ! grep -q '^0 findings of the suite' "$work/$1.out"; then
    echo "oclgrind.sh: $1: FOUND something, exit status $status"
    cat "$work/$1.out" "$log"
    exit 1
  fi
  echo "$1: $(grep -c ' rows, ' "$work/$1.out") searches, the means of clusters, residuals, hops, merges, a linear layer and a fill on $(head -n 1 "$work/$1.out"): no finding"
}

# planted NAME, FILE, SED SCRIPT, PLACE OF THE CASE, WHAT MUST BE FOUND, OPTIONS: the fault must be found
planted() {
  local name=$1 file=$2 script=$3 place=$4 expected=$5
  local folder=$work/$name/dev/tessera/kernels/opencl
  mkdir -p "$folder"
  sed -e "$script" "$sources/$file" >"$folder/$file"
  if cmp -s "$sources/$file" "$folder/$file"; then
    echo "oclgrind.sh: $name: nothing was planted: $file is not as the script expects"
    exit 1
  fi
  : >"$work/$name.log"
  simulate "$work/$name.log" "$work/$name" "$place" "${@:6}" >"$work/$name.out" 2>&1 &
  local run=$!
  # Once it is found, what else the faulty kernel does is of no interest: with a length that nobody wrote it may run for hours.
  until grep -q "$expected" "$work/$name.log" || ! kill -0 "$run" 2>/dev/null; do
    sleep 0.2
  done
  kill "$run" 2>/dev/null || true
  wait "$run" || true
  if ! grep -q "$expected" "$work/$name.log"; then
    echo "oclgrind.sh: $name, planted in $file, was NOT found"
    cat "$work/$name.out" "$work/$name.log"
    exit 1
  fi
  echo "planted $name in $file: found ($(grep -c "$expected" "$work/$name.log") times, first: $(grep -m 1 "$expected" "$work/$name.log"))"
}

clean bounds-and-races
OCLGRIND_UNINITIALIZED=1 clean unwritten-values -cl-opt-disable

# The barrier behind a chunk, the last but two of the file.
planted race screen_tiled.cl '/^      barrier(CLK_LOCAL_MEM_FENCE);$/d' 1 'data race'
planted write-out-of-bounds certify.cl 's/^  if (row >= count) {$/  if (row > count) {/' 0 'Invalid write'
planted task-too-many hop.cl 's/^  if (place >= tasks || /  if (place > tasks || /' hops 'Invalid read'
planted read-out-of-bounds centre.cl 's/ && first + column < dim;/ \&\& first + column <= dim;/' 0 'Invalid read'
OCLGRIND_UNINITIALIZED=1 planted unwritten-value centre.cl 's/^    windows\[place\] = /    if (place < (size_t)count) windows[place] = /' 1 'Uninitialized' -cl-opt-disable
