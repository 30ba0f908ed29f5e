// Makes one system call of a program fail. To be preloaded (LD_PRELOAD). The environment says which:
//   FAULT_CALL    the name of the call: read, pread or open
//   FAULT_NUMBER  the number of the failing call of that name, from 1
//   FAULT_ERROR   the errno that it sets
//   FAULT_MARK    a file that is created when the call fails
// Calls of libc's own code, and those before `main`, are not counted.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static const char *wanted_call;
static int wanted_number;
static int wanted_error;
static atomic_int calls;

__attribute__((constructor)) static void read_environment(void) {
    const char *number = getenv("FAULT_NUMBER");
    const char *error = getenv("FAULT_ERROR");
    wanted_number = number ? atoi(number) : 0;
    wanted_error = error ? atoi(error) : EIO;
    wanted_call = getenv("FAULT_CALL");
}

// Whether this call is the one that fails. Sets errno.
static int fails(const char *name) {
    if (!wanted_call || strcmp(name, wanted_call)) return 0;
    if (atomic_fetch_add(&calls, 1) + 1 != wanted_number) return 0;
    const char *mark = getenv("FAULT_MARK");
    if (mark) {
        long file = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT, 0644);
        if (file >= 0) syscall(SYS_close, file);
    }
    errno = wanted_error;
    return 1;
}

#define NEXT(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t read(int file, void *bytes, size_t count) {
    return fails("read") ? -1 : (NEXT(read))(file, bytes, count);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
    return fails("pread") ? -1 : (NEXT(pread))(file, bytes, count, offset);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
    return fails("pread") ? -1 : (NEXT(pread64))(file, bytes, count, offset);
}

#define OPEN(name, parameters, arguments)                                \
    int name parameters {                                                \
        mode_t mode = 0;                                                 \
        if (flags & (O_CREAT | O_TMPFILE)) {                             \
            va_list rest;                                                \
            va_start(rest, flags);                                       \
            mode = va_arg(rest, mode_t);                                 \
            va_end(rest);                                                \
        }                                                                \
        return fails("open") ? -1 : (NEXT(name))arguments;               \
    }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int directory, const char *path, int flags, ...), (directory, path, flags, mode))
OPEN(openat64, (int directory, const char *path, int flags, ...), (directory, path, flags, mode))
