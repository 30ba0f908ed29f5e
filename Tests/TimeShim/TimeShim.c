// Makes the time of a program pass faster, so that tests see the end of its timeouts. To be preloaded (LD_PRELOAD).
// TIME_FACTOR: clocks run so many times as fast, and waits of poll and sigtimedwait are as many times shorter. The wall
// clock stays true.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BILLION 1000000000LL

static long long factor = 1;
static long long start;

static long long nanoseconds(const struct timespec *time) { return time->tv_sec * BILLION + time->tv_nsec; }

static struct timespec timespec_of(long long count) {
    return (struct timespec){.tv_sec = count / BILLION, .tv_nsec = count % BILLION};
}

// The true time. The call goes to the kernel, because libc's own function is the one below.
static long long now(clockid_t clock) {
    struct timespec time;
    syscall(SYS_clock_gettime, clock, &time);
    return nanoseconds(&time);
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("TIME_FACTOR");
    factor = text && atoll(text) > 0 ? atoll(text) : 1;
    start = now(CLOCK_MONOTONIC);
}

static long long shorter(long long count) { return count <= 0 ? count : (count + factor - 1) / factor; }

int clock_gettime(clockid_t clock, struct timespec *time) {
    int is_steady = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE ||
                    clock == CLOCK_BOOTTIME;
    if (!is_steady) return (int)syscall(SYS_clock_gettime, clock, time);
    *time = timespec_of(start + (now(CLOCK_MONOTONIC) - start) * factor);
    return 0;
}

int poll(struct pollfd *files, nfds_t count, int timeout) {
    static int (*next)(struct pollfd *, nfds_t, int);
    if (!next) next = (int (*)(struct pollfd *, nfds_t, int))dlsym(RTLD_NEXT, "poll");
    return next(files, count, (int)shorter(timeout));
}

int sigtimedwait(const sigset_t *signals, siginfo_t *info, const struct timespec *timeout) {
    static int (*next)(const sigset_t *, siginfo_t *, const struct timespec *);
    if (!next) next = (int (*)(const sigset_t *, siginfo_t *, const struct timespec *))dlsym(RTLD_NEXT, "sigtimedwait");
    if (!timeout) return next(signals, info, timeout);
    struct timespec less = timespec_of(shorter(nanoseconds(timeout)));
    return next(signals, info, &less);
}
