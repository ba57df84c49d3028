/* check and fuzz with a candidate that plugs in: a shared object in a process of its
 * own, held to the levels that it declares (judge/judge.h). */
#ifndef SPANREF_PLUGIN_H
#define SPANREF_PLUGIN_H

#include "../trace/trace.h"
#include "options.h"

/* Is this the name of a file, and not of a candidate that is built in? */
bool is_plugin(const char *candidate);

/* The status to exit with. */
int plugin_check(const struct options *options);
int plugin_fuzz(const struct options *options);
/* *trace is made short. */
int plugin_shrink(const struct options *options, struct trace *trace);

#endif
