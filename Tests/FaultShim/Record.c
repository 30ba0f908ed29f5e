// Records the changes of files and their flushes, for tests of power cuts. FAULT_RECORD names a directory for
//   steps        one line a change, in order; fields are separated by tabs
//   1, 2, …      the bytes of a file at one of its flushes
// The lines are
//   file INODE                    a new file, or an opened one
//   names INODE NAME=INODE…       the names that a directory has now; "/" follows the inode of a directory
//   directory INODE               a new directory
//   flushed INODE NUMBER          the bytes of a file survive a power cut: those in the file NUMBER
//   flushed INODE                 the names of a directory do
//   rename|link|remove FROM TO    what the program did

#define _GNU_SOURCE
#include "Shim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *place;
static int steps = -1;
static int copies;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

// Without a complete record the test would judge something else.
static void require(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "FaultShim: cannot record: %s: %s\n", what, strerror(errno));
    abort();
}

__attribute__((constructor)) static void open_record(void) {
    place = getenv("FAULT_RECORD");
    if (!place) return;
    char path[4096];
    snprintf(path, sizeof path, "%s/steps", place);
    steps = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    require(steps >= 0, "create the steps");
}

void record_begin(void) {
    if (place) pthread_mutex_lock(&order);
}

void record_end(void) {
    if (place) pthread_mutex_unlock(&order);
}

static void say(const char *text) {
    ssize_t size = strlen(text);
    require(syscall(SYS_write, steps, text, size) == size, "write a step");
}

static ino_t number(int file) {
    struct stat status;
    return NEXT(fstat)(file, &status) == 0 ? status.st_ino : 0;
}

static void say_number(const char *verb, ino_t inode) {
    char line[64];
    snprintf(line, sizeof line, "%s\t%lu", verb, (unsigned long)inode);
    say(line);
}

static int opened(int directory, const char *path, int flags) {
    return syscall(SYS_openat, directory, path, flags | O_RDONLY | O_CLOEXEC);
}

// Takes the descriptor of a directory and says its names.
static void say_names(int file) {
    if (file < 0) return;
    say_number("names", number(file));
    DIR *stream = fdopendir(file);
    for (struct dirent *entry; stream && (entry = NEXT(readdir)(stream));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char word[512];
        snprintf(word, sizeof word, "\t%s=%lu%s", entry->d_name, (unsigned long)entry->d_ino,
                 entry->d_type == DT_DIR ? "/" : "");
        say(word);
    }
    say("\n");
    if (stream) closedir(stream);
}

void record_names(int directory, const char *path) {
    if (!place) return;
    char parent[4096];
    snprintf(parent, sizeof parent, "%s", path);
    for (size_t end = strlen(parent); end > 1 && parent[end - 1] == '/'; end--) parent[end - 1] = 0;
    char *slash = strrchr(parent, '/');
    if (slash) slash[slash == parent] = 0;
    say_names(opened(directory, slash ? parent : ".", O_DIRECTORY));
}

void record_directory(int directory, const char *path) {
    if (!place) return;
    int file = opened(directory, path, O_DIRECTORY);
    say_number("directory", number(file));
    say("\n");
    if (file >= 0) syscall(SYS_close, file);
    record_names(directory, path);
}

void record_file(int file) {
    if (!place) return;
    say_number("file", number(file));
    say("\n");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return;
    path[size] = 0;
    record_names(AT_FDCWD, path);
}

// Copies the bytes of a file, which may be open for writing only.
static void keep(int file) {
    char path[4096], bytes[1 << 16];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    int from = opened(AT_FDCWD, path, 0);
    require(from >= 0, "open");
    snprintf(path, sizeof path, "%s/%d", place, ++copies);
    int to = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    require(to >= 0, "create");
    ssize_t got;
    while ((got = syscall(SYS_read, from, bytes, sizeof bytes)) > 0) {
        require(syscall(SYS_write, to, bytes, got) == got, "write");
    }
    require(got == 0, "read");
    syscall(SYS_close, from);
    require(syscall(SYS_close, to) == 0, "close");
}

void record_flush(int file) {
    if (!place) return;
    struct stat status;
    if (NEXT(fstat)(file, &status) != 0) return;
    say_number("flushed", status.st_ino);
    if (S_ISREG(status.st_mode)) {
        keep(file);
        char word[32];
        snprintf(word, sizeof word, "\t%d", copies);
        say(word);
    }
    say("\n");
}

void record_step(const char *verb, const char *from, const char *to) {
    if (!place) return;
    say(verb);
    say("\t");
    say(from);
    say("\t");
    say(to);
    say("\n");
}
