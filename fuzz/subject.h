/* Whom the fuzz target holds against the reference. One of two files is linked: subject_ours.c,
 * which libspanref.a has, or subject_plugged.c, which libspanref-fuzz.a has. */
#ifndef SPANREF_SUBJECT_H
#define SPANREF_SUBJECT_H

#include "../candidates/ours/ours.h"

struct subject {
  const struct spanref_candidate *candidate;
  bool is_ours; /* it serves every geometry that fits, and pages of any length */
};

extern const struct subject fuzz_subject;

#endif
