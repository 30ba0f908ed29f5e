// The function of libFuzzer that the program calls.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Changes `size` bytes of `data` in place. Returns the new number of bytes, at most `limit`.
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);
