#!/usr/bin/env bash
# Makes tessera-gpu-check-VERSION.tar.xz: a check of the OpenCL backend for a Linux x86-64 host that has a GPU driver, and
# needs neither JDK nor network. README.md says what it does there.
#
#   make.sh [FOLDER]      where the archive goes; target/ of this module if none is named
#
# Needs Maven, a JDK of version 25 or later (JAVA_HOME, or where Maven's toolchains look), xz, and libOpenCL.so.1
# (Debian: apt-get install ocl-icd-libopencl1), which goes into the archive with its licence.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
target=${1:-$here/../target}
mkdir -p "$target"
target=$(cd "$target" && pwd)
readonly most_bytes=$((60 * 1000 * 1000)) java_release=25
readonly modules=java.base,java.logging,java.management,jdk.incubator.vector,jdk.management,jdk.unsupported

jdk=''
for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
  if [[ -x $home/bin/jlink && -r $home/release ]] &&
    (($(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release") >= java_release)); then
    jdk=$home
    break
  fi
done
[[ -n $jdk ]] || { echo "make.sh: no JDK $java_release with jlink found: set JAVA_HOME" >&2; exit 1; }
loader=$(ldconfig -p | sed -n 's/.*libOpenCL\.so\.1 (.*x86-64.*) => //p' | head -n 1)
[[ -n $loader ]] || { echo "make.sh: libOpenCL.so.1 is missing: apt-get install ocl-icd-libopencl1" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$project" && mvn -q -B -Dmaven.test.skip=true -Dformat.phase=none -pl core,kernels-simd,kernels-opencl package \
  dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$work/libraries")
version=$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' "$project/pom.xml" | head -n 1)
name=tessera-gpu-check-$version
bundle=$work/$name
mkdir -p "$bundle/lib" "$bundle/native" "$bundle/licences" "$work/classes"

for module in core kernels-simd kernels-opencl; do
  cp "$project/$module/target/tessera-$module-$version.jar" "$bundle/lib/"
done
cp "$work"/libraries/{jackson-core,jocl}-*.jar "$bundle/lib/"
class_path=$(printf '%s:' "$bundle"/lib/*.jar)$(find "$HOME/.m2/repository/org/jspecify" -name 'jspecify-*.jar' | tail -n 1)
"$jdk/bin/javac" -proc:none -nowarn -d "$work/classes" -cp "$class_path" \
  "$project"/kernels-opencl/src/check/java/dev/tessera/kernels/opencl/*.java
"$jdk/bin/jar" --create --file "$bundle/lib/check.jar" -C "$work/classes" .

"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-0 \
  --output "$bundle/runtime"
cp -L "$loader" "$bundle/native/libOpenCL.so.1"
cp "$here/check" "$here/README.md" "$bundle/"
cp "$project"/{LICENSE,NOTICE,THIRD-PARTY.txt} "$bundle/licences/"
[[ ! -r /usr/share/doc/ocl-icd-libopencl1/copyright ]] ||
  cp /usr/share/doc/ocl-icd-libopencl1/copyright "$bundle/licences/ocl-icd"

archive=$target/$name.tar.xz
tar -C "$work" --sort=name --owner=0 --group=0 --mtime=2026-01-01T00:00:00Z -c "$name" | xz -6 -T0 >"$archive"
bytes=$(stat -c %s "$archive")
echo "$archive: $bytes bytes, unpacked $(du -sm "$bundle" | cut -f 1) MB"
((bytes < most_bytes)) || { echo "make.sh: that is more than $most_bytes bytes" >&2; exit 1; }
