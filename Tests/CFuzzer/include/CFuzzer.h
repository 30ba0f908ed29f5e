// The functions of libFuzzer that the program calls.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with the arguments of a command line. Returns the exit status.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));

/// Changes `size` bytes of `data` in place. Returns the new number of bytes, at most `limit`.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);
