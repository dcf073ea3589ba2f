#!/usr/bin/env bash
# Compiles every kernel, in the specialisations that a GPU would get, for GPUs that are not at hand, and prints a table:
#   sm_90    NVIDIA: registers, bytes of spills (stores + loads), bytes of local memory. clang for nvptx64, then ptxas; NVIDIA's
#            own OpenCL compiler is another front end, and comes within some 20 % of these figures
#   gfx90a   AMD: vector registers, bytes of scratch (spills and all else that is private), bytes of local memory. clang
#   SPIR-V   whether spirv-val finds the kernel valid
# A compiler that is missing leaves its columns as "-" and is named on standard error; nothing is installed.
#
#   offline.sh [FOLDER OF .cl FILES] > registers.txt      (the table in this folder is compared by OfflineCompileTest)
#
# Wanted, on Debian 12: apt-get install clang-15 libclc-15 libclc-15-dev llvm-15 llvm-spirv-15 spirv-tools
# ptxas is part of NVIDIA's CUDA toolkit; PTXAS=... names one that is not on the PATH.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sources=$(cd "${1:-$here/../src/main/resources/dev/tessera/kernels/opencl}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# File, then its constants: those of ScreenPlan for a GPU (OfflineCompileTest looks for each of them here), and one more tile.
specialisations() {
  local tiles='-DPOINT_TILE=64 -DCODE_TILE=128' exact=-cl-fp32-correctly-rounded-divide-sqrt
  local metric depth width messages division activation
  for metric in 0 2; do
    echo "centre $tiles -DMETRIC=$metric -DWORK_ITEMS=64"
  done
  echo "screen_tiled -DCHUNK=16 $tiles"
  echo "screen_tiled -DCHUNK=8 $tiles"
  echo "screen_tiled -DCHUNK=16 -DPOINT_TILE=128 -DCODE_TILE=128"
  for depth in 1 2 3 4 5 6 7 8; do
    echo "screen_small -DDEPTH=$depth -DPOINTS=$((depth <= 4 ? 8 : 4)) -DWORK_ITEMS=64 $tiles"
  done
  echo "screen_plain -DWORK_ITEMS=64 -DPOINT_TILE=32 -DCODE_TILE=8"
  echo "certify $tiles -DMETRIC=0 -DWORK_ITEMS=64"
  for metric in 0 1 2; do
    echo "resolve $tiles -DMETRIC=$metric -DWORK_ITEMS=64"
  done
  for division in "-DDIVIDE_IN_DOUBLE=0 $exact" -DDIVIDE_IN_DOUBLE=1; do
    echo "centroids $division"
  done
  echo "fill"
  echo "subtract"
  for width in 4 1; do
    for messages in 0 1; do
      echo "hop -DWIDTH=$width -DMESSAGES=$messages -DMEAN=0"
      for division in "-DDIVIDE_IN_DOUBLE=0 $exact" -DDIVIDE_IN_DOUBLE=1; do
        echo "hop -DWIDTH=$width -DMESSAGES=$messages -DMEAN=1 $division"
      done
    done
  done
  echo "merge -DMOST=32 -DITEMS=64"
  for activation in NONE GELU GELU_TANH TANH RELU SILU; do
    echo "linear -DBLOCK=128 -DACTIVATION=$activation"
  done
}

readonly clang=${CLANG:-clang-15} readelf=${READELF:-llvm-readelf-15} spirv=${LLVM_SPIRV:-llvm-spirv-15}
readonly common=(-x cl -cl-std=CL1.2 -Xclang -finclude-default-header -Werror)
readonly libclc=/usr/lib/clc
ptxas=${PTXAS:-$(command -v ptxas || true)}
[[ -n $ptxas || ! -x /usr/local/cuda/bin/ptxas ]] || ptxas=/usr/local/cuda/bin/ptxas

missing() { echo "offline.sh: $1 is missing: no figures for $2" >&2; }
has_nvidia='' has_amd='' has_spirv=''
if ! command -v "$clang" >/dev/null; then
  missing "$clang" "anything"
else
  if [[ -z $ptxas ]]; then missing ptxas sm_90
  elif [[ ! -r $libclc/nvptx64--nvidiacl.bc ]]; then missing libclc-15 sm_90
  else has_nvidia=1; fi
  if ! command -v "$readelf" >/dev/null; then missing "$readelf" gfx90a
  elif [[ ! -r $libclc/amdgcn--amdhsa.bc ]]; then missing libclc-15 gfx90a
  else has_amd=1; fi
  if ! command -v "$spirv" >/dev/null; then missing "$spirv" SPIR-V
  elif ! command -v spirv-val >/dev/null; then missing spirv-val SPIR-V
  else has_spirv=1; fi
fi

# Division and square root of float32 as NVIDIA's compiler makes them where it is not told otherwise, and as clang does not:
# OpenCL allows them 2.5 and 3 ulp. A program that promises bits must have none of them.
readonly inexact=(-mllvm -nvptx-prec-divf32=1 -mllvm -nvptx-prec-sqrtf32=0)
readonly inexact_allowed='^(centre|certify|linear)$' # whose proofs and bounds have room for it

# Each prints "kernel figure figure figure" for every kernel of a file.
nvidia() {
  local program=${1##*/} rounding=("${inexact[@]}")
  if [[ " $* " == *" -cl-fp32-correctly-rounded-divide-sqrt "* ]]; then rounding=(); fi
  "$clang" "${common[@]}" "${rounding[@]}" "${@:2}" -target nvptx64-nvidia-nvcl -Xclang -target-cpu -Xclang sm_80 -Xclang -target-feature \
    -Xclang +ptx75 -Xclang -mlink-bitcode-file -Xclang $libclc/nvptx64--nvidiacl.bc -Wno-linker-warnings -O3 -S \
    -o "$work/k.ptx" "$1"
  if [[ ! ${program%.cl} =~ $inexact_allowed ]] && grep -nE '(div|sqrt|rcp|rsqrt)\.(full|approx)' "$work/k.ptx" >&2; then
    echo "offline.sh: $* divides or takes square roots inexactly" >&2
    return 1
  fi
  "$ptxas" -v -O3 -arch=sm_90 "$work/k.ptx" -o "$work/k.cubin" 2>&1 | awk '
    /Compiling entry function/ { split($0, part, "\047"); kernel = part[2] }
    /bytes spill stores/ {
      for (i = 1; i < NF; i++) { if ($(i + 2) == "spill") { spills[kernel] += $i } } }
    /Used [0-9]+ registers/ {
      registers = 0; bytes = 0
      for (i = 2; i <= NF; i++) {
        if ($i ~ /^registers/) { registers = $(i - 1) }
        if ($i ~ /^smem/) { bytes = $(i - 2) } }
      print kernel, registers, spills[kernel], bytes }'
}
amd() {
  "$clang" "${common[@]}" "${@:2}" -target amdgcn-amd-amdhsa -mcpu=gfx90a -nogpulib -Xclang -mlink-bitcode-file \
    -Xclang $libclc/amdgcn--amdhsa.bc -Wno-linker-warnings -O3 -c -o "$work/k.o" "$1"
  "$readelf" --notes "$work/k.o" | awk '
    /^  - / || /^    \./ { key = $1 == "-" ? $2 : $1; value = $NF }
    key == ".group_segment_fixed_size:" { bytes = value }
    key == ".name:" { kernel = value }
    key == ".private_segment_fixed_size:" { scratch = value }
    key == ".vgpr_count:" { registers = value }
    key == ".wavefront_size:" { print kernel, registers, scratch, bytes }
    { key = "" }'
}
spirv() {
  "$clang" "${common[@]}" "${@:2}" -target spir64-unknown-unknown -O1 -Xclang -disable-llvm-passes -emit-llvm -c \
    -o "$work/k.bc" "$1"
  "$spirv" "$work/k.bc" -o "$work/k.spv" --spirv-max-version=1.2
  spirv-val --target-env opencl2.2 "$work/k.spv"
}

version() { "$1" --version | grep -o '[0-9]*\.[0-9]*\.[0-9]*' | head -n 1; }
echo "# made by offline.sh with clang $([[ -n $has_amd$has_nvidia$has_spirv ]] && version "$clang" || echo -), ptxas $(
  [[ -n $has_nvidia ]] && "$ptxas" --version | grep -o 'V[0-9][0-9.]*' | tr -d V || echo -)"
row='%-17s %-84s | %5s %6s %6s | %6s %7s %6s | %s\n'
printf "$row" '#' '' sm_90 '' '' gfx90a '' '' ''
printf "$row" '# kernel' constants regs spills local vgprs scratch local SPIR-V
while read -r file constants; do
  read -ra defines <<<"$constants"
  source=$sources/$file.cl
  : >"$work/nvidia"
  : >"$work/amd"
  valid=-
  pids=()
  if [[ -n $has_nvidia ]]; then nvidia "$source" "${defines[@]}" >"$work/nvidia" & pids+=($!); fi
  if [[ -n $has_amd ]]; then amd "$source" "${defines[@]}" >"$work/amd" & pids+=($!); fi
  if [[ -n $has_spirv ]]; then
    spirv "$source" "${defines[@]}" >&2 && valid=valid || valid=INVALID
  fi
  for pid in "${pids[@]}"; do wait "$pid"; done
  for kernel in $(sed -n 's/^kernel .*void \([a-z_]*\)(.*/\1/p' "$source"); do
    read -r _ a b c <<<"$(grep "^$kernel " "$work/nvidia" || echo "- - - -")"
    read -r _ d e f <<<"$(grep "^$kernel " "$work/amd" || echo "- - - -")"
    printf "$row" "$kernel" "${constants//-D/}" "$a" "$b" "$c" "$d" "$e" "$f" "$valid"
  done
done < <(specialisations)
