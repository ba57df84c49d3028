/* The shortest history found in which a plug-in departs in the same way: see shrink.h. */
#ifndef SPANREF_JUDGE_SHRINK_H
#define SPANREF_JUDGE_SHRINK_H

#include "../judge/judge.h"
#include "shrink.h"

/* false: it does not depart again, or memory ran out; *trace is as it was, or shorter.
 * Else judge.departure is that of its last operation. Counts nothing in judge. */
bool judge_shrink(struct judge *judge, struct trace *trace, struct shrink_counts *counts);

#endif
