/* A malloc keeps its state in variables of its own. build.sh puts all of them into one section, so
 * that each history can begin as if the malloc had just been loaded. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>

/* The first call takes note of what they are; each later one puts it back. false: no memory. */
bool state_reset(void);

#endif
