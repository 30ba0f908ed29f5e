// The calls on files and threads that can fail, be shortened and be recorded.

#define _GNU_SOURCE
#include "Shim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// A function `symbol` that counts as the call `call`.
#define FAULTY(call, result, symbol, parameters, arguments) \
    result symbol parameters { return fails(call_##call) ? -1 : NEXT(symbol) arguments; }

// The same of one that moves `count` bytes.
#define MOVING(call, symbol, parameters, arguments) \
    ssize_t symbol parameters { return fails_or_shortens(call_##call, &count) ? -1 : NEXT(symbol) arguments; }

MOVING(read, read, (int file, void *bytes, size_t count), (file, bytes, count))
MOVING(pread, pread, (int file, void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
MOVING(pread, pread64, (int file, void *bytes, size_t count, off64_t offset), (file, bytes, count, offset))
// A failure to write to standard error cannot be seen, so such a call is not counted.
ssize_t write(int file, const void *bytes, size_t count) {
    if (file != 2 && fails_or_shortens(call_write, &count)) return -1;
    return NEXT(write)(file, bytes, count);
}

MOVING(write, pwrite, (int file, const void *bytes, size_t count, off_t offset), (file, bytes, count, offset))
MOVING(write, pwrite64, (int file, const void *bytes, size_t count, off64_t offset), (file, bytes, count, offset))
MOVING(copy, copy_file_range, (int from, off64_t *at, int to, off64_t *place, size_t count, unsigned flags),
       (from, at, to, place, count, flags))
FAULTY(truncate, int, ftruncate, (int file, off_t size), (file, size))
FAULTY(stat, int, stat, (const char *path, struct stat *status), (path, status))
FAULTY(stat, int, lstat, (const char *path, struct stat *status), (path, status))
FAULTY(stat, int, fstat, (int file, struct stat *status), (file, status))
FAULTY(stat, int, fstatat, (int directory, const char *path, struct stat *status, int flags),
       (directory, path, status, flags))
FAULTY(lock, int, flock, (int file, int operation), (file, operation))
FAULTY(owner, int, chmod, (const char *path, mode_t mode), (path, mode))
FAULTY(owner, int, chown, (const char *path, uid_t user, gid_t group), (path, user, group))
FAULTY(pipe, int, pipe2, (int ends[2], int flags), (ends, flags))

// A call that changes names. `record` runs if it succeeded.
#define CHANGING(call, symbol, parameters, arguments, record)                \
    int symbol parameters {                                                  \
        if (fails(call_##call)) return -1;                                   \
        record_begin();                                                      \
        int result = NEXT(symbol) arguments;                                 \
        int error = errno;                                                   \
        if (result == 0) { record; }                                         \
        record_end();                                                        \
        errno = error;                                                       \
        return result;                                                       \
    }

#define RECORD_MOVE(verb, a, from, b, to) (record_step(verb, from, to), record_names(a, from), record_names(b, to))
#define RECORD_REMOVAL(directory, path) (record_step("remove", path, ""), record_names(directory, path))

CHANGING(rename, rename, (const char *from, const char *to), (from, to),
         RECORD_MOVE("rename", AT_FDCWD, from, AT_FDCWD, to))
CHANGING(rename, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags),
         RECORD_MOVE("rename", a, from, b, to))
CHANGING(link, link, (const char *from, const char *to), (from, to), RECORD_MOVE("link", AT_FDCWD, from, AT_FDCWD, to))
CHANGING(link, linkat, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags),
         RECORD_MOVE("link", a, from, b, to))
CHANGING(mkdir, mkdir, (const char *path, mode_t mode), (path, mode), record_directory(AT_FDCWD, path))
CHANGING(unlink, unlink, (const char *path), (path), RECORD_REMOVAL(AT_FDCWD, path))
CHANGING(unlink, rmdir, (const char *path), (path), RECORD_REMOVAL(AT_FDCWD, path))
CHANGING(unlink, unlinkat, (int directory, const char *path, int flags), (directory, path, flags),
         RECORD_REMOVAL(directory, path))

#define FLUSHING(symbol)                                                     \
    int symbol(int file) {                                                   \
        if (fails(call_sync)) return -1;                                     \
        record_begin();                                                      \
        int result = skips_sync() ? 0 : NEXT(symbol)(file);                  \
        int error = errno;                                                   \
        if (result == 0) record_flush(file);                                 \
        record_end();                                                        \
        errno = error;                                                       \
        return result;                                                       \
    }

FLUSHING(fsync)
FLUSHING(fdatasync)

// A failed close has released the descriptor, as on Linux.
int close(int file) {
    int failed = fails(call_close);
    int error = errno;
    int result = NEXT(close)(file);
    if (!failed) return result;
    errno = error;
    return -1;
}

struct dirent *readdir(DIR *directory) { return fails(call_list) ? NULL : NEXT(readdir)(directory); }

// Reports its error as its result.
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    return fails(call_thread) ? errno : NEXT(pthread_create)(thread, attributes, start, argument);
}

#define OPEN(name, parameters, arguments)                                    \
    int name parameters {                                                    \
        mode_t mode = 0;                                                     \
        if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {         \
            va_list rest;                                                    \
            va_start(rest, flags);                                           \
            mode = va_arg(rest, mode_t);                                     \
            va_end(rest);                                                    \
        }                                                                    \
        if (fails(call_open)) return -1;                                     \
        if (!(flags & O_CREAT)) return NEXT(name) arguments;                 \
        record_begin();                                                      \
        int file = NEXT(name) arguments;                                     \
        int error = errno;                                                   \
        if (file >= 0) record_file(file);                                    \
        record_end();                                                        \
        errno = error;                                                       \
        return file;                                                         \
    }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int directory, const char *path, int flags, ...), (directory, path, flags, mode))
OPEN(openat64, (int directory, const char *path, int flags, ...), (directory, path, flags, mode))
