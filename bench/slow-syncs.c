/* Makes every fsync and fdatasync of a process take longer, as on a slower disk: to be preloaded.
 *
 *   MILLRACE_SYNC_MICROS   what is added to each call, in microseconds
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_call)(int);

static int slowly(const char *name, int descriptor) {
  sync_call call = (sync_call) dlsym(RTLD_NEXT, name);
  int result = call(descriptor);
  const char *text = getenv("MILLRACE_SYNC_MICROS");
  long micros = text == NULL ? 0 : strtol(text, NULL, 10);
  struct timespec pause = {micros / 1000000, micros % 1000000 * 1000};
  nanosleep(&pause, NULL);
  return result;
}

int fsync(int descriptor) {
  return slowly("fsync", descriptor);
}

int fdatasync(int descriptor) {
  return slowly("fdatasync", descriptor);
}
