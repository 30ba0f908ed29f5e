#include "CCommit.h"

/* A target of its own: another commit compiles this file only. Package.swift defines the text. */
const char *ocimerge_commit(void) { return OCIMERGE_COMMIT; }
