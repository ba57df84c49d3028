#include "subject.h"

const struct subject fuzz_subject = {&candidate_opt, true};
