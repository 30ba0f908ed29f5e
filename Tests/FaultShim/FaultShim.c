// Makes one system call of a program fail, or records its changes of files. To be preloaded (LD_PRELOAD). The
// environment says which:
//   FAULT_CALL    the name of the call: see `CALLS` in Shim.h, and Calls.c
//   FAULT_NUMBER  the number of the failing call of that name, from 1
//   FAULT_LASTS   if set, all later calls of that name fail, too
//   FAULT_ERROR   the errno that it sets; 0: the process is killed instead
//   FAULT_SHORT   if set, the call moves half of the bytes and does not fail
//   FAULT_MARK    a file that is created when the call fails
//   FAULT_COUNTS  a file of 64 numbers of 8 bytes: how often each call was made, in the order of `CALLS`; the last
//                 number is 1 after the fault
//   FAULT_NO_SYNC if set, flushes succeed and are not made
//   FAULT_RACE    a directory that is created then with its parent, as if by another program; the call itself is made
//   FAULT_RECORD  a directory: see Record.c
// Calls of libc's own code, and those before `main`, are not counted.

#define _GNU_SOURCE
#include "Shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { slots = 64 };

#define NAME(name) #name,
static const char *const names[] = {CALLS(NAME)};

static int wanted_call = -1;
static int wanted_number;
static int wanted_error;
static int lasts;
static int shortens;
static int without_sync;
static atomic_long own_counts[slots];
static atomic_long *counts = own_counts;

static void share_counts(const char *path) {
    long file = syscall(SYS_openat, AT_FDCWD, path, O_RDWR, 0);
    if (file < 0) return;
    long place = syscall(SYS_mmap, 0, sizeof own_counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (place >= 0 || place < -4096) counts = (atomic_long *)place;
    syscall(SYS_close, file);
}

__attribute__((constructor)) static void read_environment(void) {
    const char *number = getenv("FAULT_NUMBER");
    const char *error = getenv("FAULT_ERROR");
    const char *call = getenv("FAULT_CALL");
    const char *shared = getenv("FAULT_COUNTS");
    wanted_number = number ? atoi(number) : 0;
    wanted_error = error ? atoi(error) : EIO;
    lasts = getenv("FAULT_LASTS") != NULL;
    shortens = getenv("FAULT_SHORT") != NULL;
    without_sync = getenv("FAULT_NO_SYNC") != NULL;
    if (shared) share_counts(shared);
    for (int index = 0; call && index < call_kinds; index++) {
        if (!strcmp(call, names[index])) wanted_call = index;
    }
    for (int index = 0; index < slots; index++) atomic_store(&counts[index], 0);
}

int skips_sync(void) { return without_sync; }

static void mark(void) {
    atomic_store(&counts[slots - 1], 1);
    const char *path = getenv("FAULT_MARK");
    if (!path) return;
    long file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0644);
    if (file >= 0) syscall(SYS_close, file);
}

// Whether the call only runs after another program has done something.
static int races(void) {
    const char *race = getenv("FAULT_RACE");
    if (!race) return 0;
    char parent[4096];
    snprintf(parent, sizeof parent, "%s", race);
    char *slash = strrchr(parent, '/');
    if (slash) *slash = 0;
    syscall(SYS_mkdir, parent, 0755);
    syscall(SYS_mkdir, race, 0755);
    return 1;
}

// Counts the call. Whether it is a wanted one.
static int is_wanted(enum call call) {
    long number = atomic_fetch_add(&counts[call], 1) + 1;
    return call == (enum call)wanted_call && (number == wanted_number || (number > wanted_number && lasts));
}

int fails(enum call call) {
    if (!is_wanted(call) || shortens) return 0;
    mark();
    if (races()) return 0;
    if (!wanted_error) kill(getpid(), SIGKILL);
    errno = wanted_error;
    return 1;
}

int fails_or_shortens(enum call call, size_t *count) {
    if (!shortens) return fails(call);
    if (!is_wanted(call) || *count < 2) return 0;
    mark();
    *count = (*count + 1) / 2;
    return 0;
}
