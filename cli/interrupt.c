#include "interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

static struct {
  int signal;
  bool is_caught;
} all[] = {{SIGINT, false}, {SIGTERM, false}};
#define SIGNALS (sizeof all / sizeof *all)

static volatile sig_atomic_t noted;

static void note(int number)
{
  noted = number;
  for (size_t i = 0; i < SIGNALS; i++)
    if (all[i].is_caught) signal(all[i].signal, SIG_DFL);
}

void interrupt_begin(void)
{
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART}, before;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < SIGNALS; i++) sigaddset(&action.sa_mask, all[i].signal);
  for (size_t i = 0; i < SIGNALS; i++) {
    all[i].is_caught = sigaction(all[i].signal, NULL, &before) == 0 && before.sa_handler != SIG_IGN;
    if (all[i].is_caught) sigaction(all[i].signal, &action, NULL);
  }
}

int interrupt_signal(void) { return noted; }
