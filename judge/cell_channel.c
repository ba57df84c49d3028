#include "cell_channel.h"

#include <errno.h>
#include <time.h>

#define SPIN_TRIES 4000

bool cell_wait(sem_t *semaphore, unsigned milliseconds)
{
  struct timespec until;
  for (unsigned i = 0; i < SPIN_TRIES; i++)
    if (sem_trywait(semaphore) == 0) return true;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += (time_t)(milliseconds / 1000);
  until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  for (;;) {
    if (sem_timedwait(semaphore, &until) == 0) return true;
    if (errno != EINTR) return false;
  }
}
