// Makes one system call of a program fail. To be preloaded (LD_PRELOAD). The environment says which:
//   FAULT_CALL    the name of the call: see `FAULTY` and below
//   FAULT_NUMBER  the number of the failing call of that name, from 1
//   FAULT_LASTS   if set, all later calls of that name fail, too
//   FAULT_ERROR   the errno that it sets; 0: the process is killed instead
//   FAULT_MARK    a file that is created when the call fails
//   FAULT_RACE    a directory that is created then with its parent, as if by another program; the call itself is made
// Calls of libc's own code, and those before `main`, are not counted.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
    int number = atomic_fetch_add(&calls, 1) + 1;
    if (number < wanted_number || (number > wanted_number && !getenv("FAULT_LASTS"))) return 0;
    const char *mark = getenv("FAULT_MARK");
    if (mark) {
        long file = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT, 0644);
        if (file >= 0) syscall(SYS_close, file);
    }
    const char *race = getenv("FAULT_RACE");
    if (race) {
        char parent[4096];
        snprintf(parent, sizeof parent, "%s", race);
        char *slash = strrchr(parent, '/');
        if (slash) *slash = 0;
        syscall(SYS_mkdir, parent, 0755);
        syscall(SYS_mkdir, race, 0755);
        return 0;
    }
    if (!wanted_error) kill(getpid(), SIGKILL);
    errno = wanted_error;
    return 1;
}

#define NEXT(name) (__typeof__(&name))dlsym(RTLD_NEXT, #name)

// A function `symbol` that counts as a call of the name `call`.
#define FAULTY(call, result, symbol, parameters, arguments)              \
    result symbol parameters { return fails(call) ? -1 : (NEXT(symbol))arguments; }

FAULTY("read", ssize_t, read, (int file, void *bytes, size_t count), (file, bytes, count))
FAULTY("pread", ssize_t, pread, (int file, void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY("pread", ssize_t, pread64, (int file, void *bytes, size_t count, off64_t offset), (file, bytes, count, offset))
FAULTY("write", ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
FAULTY("write", ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
FAULTY("sync", int, fsync, (int file), (file))
FAULTY("rename", int, rename, (const char *from, const char *to), (from, to))
FAULTY("rename", int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
FAULTY("mkdir", int, mkdir, (const char *path, mode_t mode), (path, mode))
FAULTY("unlink", int, unlink, (const char *path), (path))
FAULTY("unlink", int, rmdir, (const char *path), (path))
FAULTY("unlink", int, unlinkat, (int directory, const char *path, int flags), (directory, path, flags))
FAULTY("stat", int, stat, (const char *path, struct stat *status), (path, status))
FAULTY("stat", int, lstat, (const char *path, struct stat *status), (path, status))
FAULTY("stat", int, fstat, (int file, struct stat *status), (file, status))
FAULTY("stat", int, fstatat, (int directory, const char *path, struct stat *status, int flags), (directory, path, status, flags))

// A failed close has released the descriptor, as on Linux.
int close(int file) {
    int failed = fails("close");
    int error = errno;
    int result = (NEXT(close))(file);
    if (!failed) return result;
    errno = error;
    return -1;
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
