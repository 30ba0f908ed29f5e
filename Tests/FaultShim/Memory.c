// Memory that the system refuses. Calls `__libc_…` directly: dlsym may need memory itself.

#define _GNU_SOURCE
#include "Shim.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *place, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) { return fails(call_memory) ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size) { return fails(call_memory) ? NULL : __libc_calloc(count, size); }

void *realloc(void *place, size_t size) { return fails(call_memory) ? NULL : __libc_realloc(place, size); }

void *aligned_alloc(size_t alignment, size_t size) {
    return fails(call_memory) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
    if (fails(call_memory)) return errno;
    void *found = __libc_memalign(alignment, size);
    if (!found) return ENOMEM;
    *place = found;
    return 0;
}

#define MAP(symbol, offset_type)                                                                             \
    void *symbol(void *place, size_t size, int protection, int flags, int file, offset_type offset) {        \
        return fails(call_map) ? MAP_FAILED : NEXT(symbol)(place, size, protection, flags, file, offset);    \
    }

MAP(mmap, off_t)
MAP(mmap64, off64_t)
