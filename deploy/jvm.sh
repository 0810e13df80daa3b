# shellcheck shell=sh
# The JVM's options, one word each, for the run and for the training of its AOT cache, which must
# agree. Sets `jvm_options` and `quick_options`.

# A fixed, small heap: every stream is bounded, and files of any size pass through it. Serial GC
# and no perf-data file: least memory, soonest start. The log settings keep the JVM's own warnings
# (of an unusable AOT cache, say) out of the command's output. Language and country are fixed, so
# that numbers look the same everywhere.
jvm_options="-Xms32m -Xmx256m -XX:MaxDirectMemorySize=256m -XX:+UseSerialGC
  -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError
  -XX:AOTMode=auto -Xlog:disable -Xlog:all=error:stderr -Xlog:aot=off:stderr -Xlog:cds=off:stderr
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8
  -Duser.language=en -Duser.country=US"

# Java looks for another way to wait for sockets in every jar before it takes its own.
if [ -d /proc/self ]; then # Linux
  jvm_options="$jvm_options -Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider"
fi

# A command that only talks to the node that runs on its home moves bytes from a socket to a file:
# the quick compiler does for that, and the other one would take more time than it saves. (MD5 over a
# folder that is put again runs at half its speed.) A command that opens the node itself, for a look
# at its catalog, takes a fifth less time so, too.
quick_options="$jvm_options -XX:TieredStopAtLevel=1"

# Java takes the encoding of file names and arguments from the locale alone. C.UTF-8 is there
# everywhere; the caller's may be C, or a name that this machine has not installed.
if [ -n "${LC_ALL:-}" ]; then
  export LC_ALL=C.UTF-8
else
  export LC_CTYPE=C.UTF-8
fi
