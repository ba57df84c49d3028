/* The process of a cell: it loads the candidate, and does as it is asked. */
#ifndef SPANREF_CELL_SERVE_H
#define SPANREF_CELL_SERVE_H

#include <sys/types.h>

#include "cell_channel.h"

/* Serve requests until the parent is gone; never returns. */
void cell_serve(struct cell_channel *channel, const char *path, pid_t parent);

#endif
