/* The candidate that the program exports which is linked with libspanref-fuzz.a. */
#include "subject.h"

const struct subject fuzz_subject = {&spanref_candidate, false};
