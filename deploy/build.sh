# shellcheck shell=sh
# Builds Millrace for the launcher, when needed. Wants `root` and, from find-jdk.sh and jvm.sh,
# `jdk`, `jdk_version` and `jvm_options`. What it makes, in node/target/millrace:
#
#   lib/      the jars; millrace-node.jar names the others in its manifest
#   stamp     as old as the start of the build that made lib/
#   native/   RocksDB's and zstd's libraries for this machine, out of their jars
#   aot/      the JVM's caches of loaded classes for each JDK: one for nodes, and one for commands
#             that only talk to a node; empty where training failed
#   build.log what Maven said

built=$root/node/target/millrace
aot=$built/aot/$jdk_version.aot
client_aot=$built/aot/$jdk_version-client.aot

# True when there is no build, or a source, a folder of sources or a part of the build is newer.
is_stale() {
  [ ! -e "$built/stamp" ] ||
    [ -n "$(find "$root"/pom.xml "$root"/.mvn "$root"/deploy "$root"/*/pom.xml "$root"/*/src/main -newer "$built/stamp" 2> /dev/null)" ]
}

# True when this JDK has no cache for this build; native/ is made with it. A place that can't be
# written does without both.
is_untrained() {
  [ ! "$aot" -nt "$built/stamp" ] && [ -w "$built" ]
}

# Builds and prepares what is missing: Maven alone, as the tests run it, makes lib/ and stamp only. Of
# several starts at once one builds and the others wait.
build_millrace() {
  lock_build || return 1
  build_status=0
  if is_stale; then
    run_maven || build_status=1
  elif is_untrained; then
    echo "Preparing quick starts …" >&2
  fi
  if [ "$build_status" -eq 0 ] && is_untrained; then
    take_out_libraries
    train_aot
  fi
  unlock_build
  return "$build_status"
}

run_maven() {
  if ! command -v mvn > /dev/null; then
    echo "millrace: Maven: not found on the PATH: install it (Debian: apt install maven) to build Millrace" >&2
    return 1
  fi
  if ! mkdir -p "$built" 2> /dev/null || [ ! -w "$built" ]; then
    echo "millrace: $built: not writable: run once as the owner of this folder to build Millrace" >&2
    return 1
  fi
  if [ -d "$built/lib" ]; then
    echo "Building Millrace (its sources have changed) …" >&2
  else
    echo "Building Millrace (first use, about a minute) …" >&2
  fi
  rm -f "$built/stamp"
  : > "$built/started"
  if ! (cd "$root" && JAVA_HOME=$jdk mvn -B -q -Dstyle.color=never -Dfast -Dmaven.test.skip=true \
    -pl node -am package) > "$built/build.log" 2>&1 < /dev/null; then
    rm -f "$built/stamp"
    # Without Maven's colours and its advice for those who know it.
    sed -e 's/\x1b\[[0-9;]*m//g' -e '/Help 1\|To see the full stack\|Re-run Maven\|^\[ERROR\] *$/d' \
      "$built/build.log" | head -n 40 >&2
    echo "millrace: build: failed: see above, the whole output is in $built/build.log" >&2
    return 1
  fi
  # What was edited while Maven ran is newer than the stamp and is built next time.
  touch -r "$built/started" "$built/stamp"
}

# Puts the native libraries where the JVM finds them. Left in their jars they would be written to the
# folder for temporary files at every start, 18 MB, and stay there when a process is killed. Where
# this finds none for the machine the jars' own way works as ever.
take_out_libraries() {
  rm -rf "$built/native" "$built/unpacked"
  mkdir -p "$built/native" "$built/unpacked"
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) library_rocks=librocksdbjni-linux64.so library_zstd=linux/amd64 ;;
    Linux-aarch64) library_rocks=librocksdbjni-linux-aarch64.so library_zstd=linux/aarch64 ;;
    Darwin-x86_64) library_rocks=librocksdbjni-osx-x86_64.jnilib library_zstd=darwin/x86_64 ;;
    Darwin-arm64) library_rocks=librocksdbjni-osx-arm64.jnilib library_zstd=darwin/aarch64 ;;
    *) return ;;
  esac
  if (
    cd "$built/unpacked" &&
      "$jdk/bin/jar" xf "$built"/lib/rocksdbjni-*.jar "$library_rocks" &&
      "$jdk/bin/jar" xf "$built"/lib/zstd-jni-*.jar "$library_zstd"
  ) > /dev/null 2>&1; then
    mv "$built/unpacked/$library_rocks" "$built/native/"
    mv "$built/unpacked/$library_zstd"/libzstd-jni-* "$built/native/zstd-jni"
  fi
  rm -rf "$built/unpacked"
}

# Runs what people run and lets the JVM keep the classes that it loaded and the profile that it
# took: once in a node of its own, once with a node that runs. Millrace runs without the caches too,
# slower to start, so that a failure here is only marked by an empty file.
train_aot() {
  training=$built/training.$$
  rm -rf "$built/aot" "$built"/training.*
  mkdir -p "$training" "$built/aot"
  training_sample > "$training/sample"
  if ! run_training "$training/home" "$jvm_options" "$training/cache" \
    > "$built/training.log" 2>&1 < /dev/null; then
    : > "$training/cache"
  fi
  if ! train_client >> "$built/training.log" 2>&1 < /dev/null; then
    : > "$training/client-cache"
  fi
  [ -s "$training/client-cache" ] || : > "$training/client-cache"
  [ -s "$training/cache" ] || : > "$training/cache"
  mv -f "$training/client-cache" "$client_aot"
  mv -f "$training/cache" "$aot"
  rm -rf "$training"
}

train_client() {
  (
    export MILLRACE_HOME="$training/up"
    unset MILLRACE_JAVA_OPTS
    # shellcheck disable=SC2086
    exec "$jdk/bin/java" $jvm_options -Djava.library.path="$built/native" \
      -cp "$built/lib/millrace-node.jar" dev.millrace.node.Main up --port 0
  ) &
  training_node=$!
  training_waited=0
  until [ -e "$training/up/node" ] || [ "$training_waited" -ge 30 ]; do
    training_waited=$((training_waited + 1))
    sleep 1
  done
  training_status=0
  run_training "$training/up" "$quick_options" "$training/client-cache" || training_status=1
  kill "$training_node" && wait "$training_node"
  return "$training_status"
}

# Text of about 130 MB: as much as it takes for the inner loops to be seen as hot.
training_sample() {
  training_text=$(cat "$root"/pom.xml "$root"/*/pom.xml "$root"/*.md)
  training_count=0
  while [ "$training_count" -lt 2000 ]; do
    printf '%s\n' "$training_count $training_text"
    training_count=$((training_count + 1))
  done
}

# Runs the training in HOME with OPTIONS and makes CACHE, in a shell of its own, so that the variables
# end with it. `timeout` is not everywhere.
run_training() (
  export MILLRACE_HOME="$1"
  unset MILLRACE_JAVA_OPTS
  limit=
  if timeout --foreground 1 true 2> /dev/null; then
    limit='timeout --foreground 120'
  fi
  training_options=$2
  training_cache=$3
  set -- -cp "$built/lib/millrace-node.jar" dev.millrace.node.Training "$training/sample"
  if [ -e "$built/native/zstd-jni" ]; then
    set -- -Djava.library.path="$built/native" -DZstdNativePath="$built/native/zstd-jni" "$@"
  fi
  # shellcheck disable=SC2086
  $limit "$jdk/bin/java" $training_options -XX:AOTCacheOutput="$training_cache" "$@"
)

# The kernel frees a flock when its last holder dies, in whatever way: Maven holds it too, so that a
# launcher that was killed leaves no second build beside its own. Without flock (macOS) a folder is the
# lock, and one left behind by a dead process is named.
lock_build() {
  if command -v flock > /dev/null; then
    exec 9< "$root/pom.xml"
    flock -n 9 && return
    echo "Waiting for another start that builds Millrace …" >&2
    flock 9
    return
  fi
  lock_folder=$root/node/.build-lock
  until mkdir "$lock_folder" 2> /dev/null; do
    lock_holder=$(cat "$lock_folder/pid" 2> /dev/null) || lock_holder=
    if [ -n "$lock_holder" ] && ! kill -0 "$lock_holder" 2> /dev/null; then
      echo "millrace: build: process $lock_holder died while it was building: remove $lock_folder" >&2
      return 1
    fi
    sleep 1
  done
  echo "$$" > "$lock_folder/pid"
}

unlock_build() {
  if command -v flock > /dev/null; then
    exec 9<&-
  else
    rm -rf "$lock_folder"
  fi
}
