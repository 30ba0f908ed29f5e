#pragma once
// The plain functions: what EVP puts around them (providers, fetching, their tables) is most of libcrypto and two
// milliseconds of this program's start-up. They are deprecated for new algorithms' sake, not removed.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/opensslv.h>
#include <openssl/sha.h>
