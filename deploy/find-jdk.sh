# shellcheck shell=sh
# Finds a JDK of Java 25 or later. Sourced by the launcher and the test command; costs one process
# at most, since every start of the command line passes through here.
#
#   find_jdk    sets `jdk` to the JDK's folder and `jdk_version` to its full version, or prints one
#               line on standard error and returns 1

readonly MILLRACE_JAVA=25

# Reads FOLDER/release; true, with `jdk` and `jdk_version` set, for a JDK that is new enough.
is_jdk() {
  jdk_version=
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r release_key release_value; do
    case $release_key in
      JAVA_RUNTIME_VERSION) jdk_version=${release_value#\"} jdk_version=${jdk_version%\"*} ;;
      JAVA_VERSION) [ -n "$jdk_version" ] || { jdk_version=${release_value#\"}; jdk_version=${jdk_version%\"*}; } ;;
    esac
  done < "$1/release"
  release_major=${jdk_version%%[!0-9]*}
  [ -n "$release_major" ] && [ "$release_major" -ge "$MILLRACE_JAVA" ] || return 1
  jdk=$1
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ]; then
    is_jdk "$JAVA_HOME" && return
    find_jdk_seen="JAVA_HOME holds ${jdk_version:-no JDK}"
  fi
  if find_jdk_java=$(command -v java); then
    find_jdk_java=$(readlink -f "$find_jdk_java" 2> /dev/null) || find_jdk_java=
    is_jdk "${find_jdk_java%/bin/java}" && return
  fi
  for find_jdk_folder in \
    /usr/lib/jvm/* /usr/local/lib/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    is_jdk "$find_jdk_folder" && return
  done
  printf 'millrace: Java %s: not found in JAVA_HOME, on the PATH or in the usual places%s: install a JDK %s (Temurin, or your system'\''s openjdk-%s-jdk) or set JAVA_HOME\n' \
    "$MILLRACE_JAVA" "${find_jdk_seen:+ ($find_jdk_seen)}" "$MILLRACE_JAVA" "$MILLRACE_JAVA" >&2
  return 1
}
