#pragma once

/* The commit of the sources, as scripts/commit prints it; an empty text if it is unknown. */
const char *ocimerge_commit(void);
