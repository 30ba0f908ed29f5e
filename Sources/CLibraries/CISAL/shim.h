#pragma once
#include <isa-l/igzip_lib.h>
#include <dlfcn.h>
#include <stdint.h>

/* The functions below hide the state of 87 kB from Swift, whose description of that type is a tenth of a megabyte of code.
 * `initialise` and `inflate` are the functions of the library. */
static inline size_t ocimerge_isal_state_size(void) { return sizeof(struct inflate_state); }

/* The library checks header, data and trailer of the next gzip member with its CRC. */
static inline void ocimerge_isal_start(void *initialise, void *state) {
    ((void (*)(struct inflate_state *))initialise)(state);
    ((struct inflate_state *)state)->crc_flag = ISAL_GZIP;
}

struct ocimerge_isal_step {
    size_t consumed, produced;
    int failed, ends_member;
};

static inline struct ocimerge_isal_step ocimerge_isal_inflate(
    void *inflate, void *opaque, const uint8_t *in, size_t in_count, uint8_t *out, size_t out_count) {
    struct inflate_state *state = opaque;
    state->next_in = (uint8_t *)in;
    state->avail_in = (uint32_t)in_count;
    state->next_out = out;
    state->avail_out = (uint32_t)out_count;
    int status = ((int (*)(struct inflate_state *))inflate)(state);
    return (struct ocimerge_isal_step){
        .consumed = in_count - state->avail_in,
        .produced = out_count - state->avail_out,
        .failed = status < 0 || status == ISAL_NEED_DICT,
        .ends_member = state->block_state == ISAL_BLOCK_FINISH && state->tmp_out_processed == state->tmp_out_valid,
    };
}
