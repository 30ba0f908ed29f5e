// What the parts of the library share.
#ifndef OCIMERGE_SHIM_H
#define OCIMERGE_SHIM_H

#include <dlfcn.h>
#include <stddef.h>
#include <sys/types.h>

// The names of calls, as the environment writes them and as `FAULT_COUNTS` lists them.
#define CALLS(X)                                                                                             \
    X(read) X(pread) X(open) X(stat) X(write) X(close) X(sync) X(rename) X(mkdir) X(unlink) X(truncate)      \
    X(link) X(list) X(copy) X(thread) X(memory) X(map) X(lock) X(owner) X(pipe)

#define MEMBER(name) call_##name,
enum call { CALLS(MEMBER) call_kinds };
#undef MEMBER

// Counts the call. Whether it is the one that fails; sets errno then.
int fails(enum call call);

// The same for a call that moves bytes. It may lessen their count instead: then the call is made.
int fails_or_shortens(enum call call, size_t *count);

// Whether calls that flush are not made, because the tests cut no power.
int skips_sync(void);

// The next definition of a function, that of libc.
#define NEXT(name)                                                                                           \
    ({                                                                                                       \
        static __typeof__(&name) next;                                                                       \
        if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                        \
        next;                                                                                                \
    })

// Recording, in Record.c. Between begin and end no other thread changes a file; both do nothing unless `FAULT_RECORD`
// is set.
void record_begin(void);
void record_end(void);
// A file was made and opened.
void record_file(int file);
// The names in the directory of `path` may have changed.
void record_names(int directory, const char *path);
// A directory was made.
void record_directory(int directory, const char *path);
// The bytes of a file, or the names of a directory, survive a power cut from now on.
void record_flush(int file);
// A line of words.
void record_step(const char *verb, const char *from, const char *to);

#endif
