/* The body of the door of spec/os.h for a heap behind the interface: it asks the OS that
 * the candidate was given. */
#ifndef SPANREF_OURS_DOOR_H
#define SPANREF_OURS_DOOR_H

#include "../../spec/os.h"
#include "../spanref_candidate.h"

struct span_os {
  const struct spanref_os *os;
};

#endif
