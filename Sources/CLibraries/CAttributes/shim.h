#pragma once
// Swift's module of the C library lacks extended attributes.
#include <sys/types.h>
#include <sys/xattr.h>
