/* Huge pages, H heap pages each; any H, so the division stays in here. */
#ifndef SPANREF_SPEC_HUGE_H
#define SPANREF_SPEC_HUGE_H

#include "model.h"

/*@
  // The first and the last huge page boundary inside s, in huge pages.
  logic integer huge_first(struct span s, integer huge) = (s.base + huge - 1) / huge;
  logic integer huge_limit(struct span s, integer huge) = end_of(s) / huge;
  // huge(s): aligned runs of H pages inside s; 0 where H = 0.
  logic integer huge_of(struct span s, integer huge) =
    huge == 0 || s.npages < huge ? 0 :
    huge_limit(s, huge) > huge_first(s, huge) ?
      huge_limit(s, huge) - huge_first(s, huge) : 0;
*/

#endif
