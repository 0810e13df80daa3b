# Tries to break out of the sandbox that it runs in, once for each way, and prints a line for each:
#
#   held PROPERTY WHAT WAS TRIED
#   broke PROPERTY WHAT WAS TRIED
#   variable NAME=VALUE          of every process that it can see
#   end
#
# Reads three lines: a file of the host that all may read, a port of the host's loopback at which
# somebody listens, a word on the command line of a process outside. Argument 1: the size of scratch
# and of shared memory, in bytes. A tool that is missing makes its attempt neither held nor broken.

PATH=$PATH:/usr/sbin:/sbin
read -r host_file
read -r port
read -r canary
size=$1

# fails PROPERTY WHAT COMMAND ...: the command has to fail.
fails() {
  property=$1 what=$2
  shift 2
  command -v "$1" > /dev/null || return 0
  if "$@" > /dev/null 2>&1; then
    echo "broke $property $what"
  else
    echo "held $property $what"
  fi
}

# is PROPERTY WHAT SEEN EXPECTED
is() {
  if [ "$3" = "$4" ]; then
    echo "held $1 $2"
  else
    echo "broke $1 $2: $3"
  fi
}

write() { (: > "$1"); }

is network 'only loopback is there' "$(sed '1,2d; s/:.*//; s/ //g' /proc/net/dev | xargs)" lo
is network 'no route leads out' "$(sed 1d /proc/net/route)" ''
if command -v bash > /dev/null; then
  fails network "connect to port $port of this machine" bash -c "exec 3<> /dev/tcp/127.0.0.1/$port"
  fails network 'connect to 192.0.2.1' bash -c 'exec 3<> /dev/tcp/192.0.2.1/9'
fi

for path in / /usr/ /usr/bin/ /etc/ /dev/ /proc/ /program/; do
  fails read-only "write to $path" write "${path}probe"
done
fails read-only 'write to /etc/passwd' write /etc/passwd
fails read-only 'write to a shipped file' write /program/shipped
fails read-only 'change a setting of the kernel' write /proc/sys/kernel/core_pattern

fails host-files "read $host_file" cat "$host_file"
fails host-files "read /proc/1/root$host_file" cat "/proc/1/root$host_file"
for path in /root /home /var /boot /sys /run /etc/shadow /etc/hostname; do
  fails host-files "list $path" ls -d "$path"
done
strange=
for path in /* /etc/*; do
  case $path in
    /bin | /dev | /etc | /lib* | /out | /proc | /program | /sbin | /tmp | /usr) ;;
    /etc/alternatives | /etc/group | /etc/ld.so.cache | /etc/passwd) ;;
    *) strange="$strange $path" ;;
  esac
done
is host-files 'what else is at the root and in /etc' "$strange" ''
is host-files 'other users in /etc/passwd' "$(grep -cv '^user:' /etc/passwd)" 0

pattern="[$(printf %.1s "$canary")]${canary#?}"
fails processes 'find a process outside' grep -l "$pattern" /proc/[0-9]*/cmdline
is processes 'number of the first process' "$(cat /proc/1/comm)" bwrap

# Of the first process too: its memory lies open to the others, so they could become what it is.
others() { grep -h "^$1:" /proc/[0-9]*/status | grep -v "[[:space:]]$2$" | head -n 1; }

for set in CapInh CapPrm CapEff CapBnd CapAmb; do
  is privileges "$set of every process" "$(others $set 0000000000000000)" ''
done
is privileges 'NoNewPrivs of every process' "$(others NoNewPrivs 1)" ''
fails privileges 'change the root folder' chroot / true

is system-calls 'mode of the filter of every process' "$(others Seccomp 2)" ''
fails system-calls 'make a user name space' unshare --user true
fails system-calls 'make a mount name space' unshare --user --map-root-user --mount true
mkdir /tmp/mount
fails system-calls 'mount a file system' mount -t tmpfs none /tmp/mount

for folder in /tmp /dev/shm; do
  fails scratch "fill $folder" eval "head -c $((size + 1)) /dev/zero > $folder/fill"
  rm -f "$folder/fill"
done

cat /proc/[0-9]*/environ 2> /dev/null | tr '\0' '\n' | sed 's/^/variable /'
echo end
