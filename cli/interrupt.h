/* Whoever presses Ctrl-C after an hour wants to see what the hour gave: the first SIGINT or
 * SIGTERM is noted, so that the run can come to an end; a second ends the program as ever. */
#ifndef SPANREF_INTERRUPT_H
#define SPANREF_INTERRUPT_H

/* From now on. A signal that is ignored stays so. */
void interrupt_begin(void);
/* The signal that was noted; 0: none. */
int interrupt_signal(void);

#endif
