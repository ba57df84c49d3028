/* spanref record: run a real program and write down its page-sized allocations
 * as a trace.
 *
 *   program + build/libspanref-record.so (recorder.c)
 *     -- one event log per process image, in a temporary directory -->
 *   record_main (record.c)
 *     -- the log with the most operations, turned into operations --> TRACE
 *
 * This header is the log both sides agree on. A log is a sequence of files
 * PID.TRY.CHUNK, each one struct record_chunk: PID.TRY names the process image
 * (an exec starts a new one), CHUNK counts from 0. The program writes through a
 * shared mapping, so what happened is there however the program ends. */
#ifndef SPANREF_RECORD_H
#define SPANREF_RECORD_H

#include <stdint.h>

/* The environment the library is started with. */
#define RECORD_ENV_DIRECTORY "SPANREF_RECORD_DIRECTORY"
#define RECORD_ENV_MIN_BYTES "SPANREF_RECORD_MIN_BYTES"

/* `event.kind` is written last, so a reader may trust every event whose kind
 * isn't RECORD_END. */
enum record_event_kind {
  RECORD_END,           /* nothing was written here yet */
  RECORD_ALLOC,         /* malloc family: [address, address + bytes); old_bytes: the
                           alignment that was asked for, or 0 */
  RECORD_FREE,          /* address */
  RECORD_REALLOC,       /* old_address became [address, address + bytes) */
  RECORD_MAP,           /* anonymous memory, where the kernel chose */
  RECORD_MAP_OVER,      /* anonymous memory, MAP_FIXED */
  RECORD_MAP_FILE_OVER, /* a file, MAP_FIXED */
  RECORD_UNMAP,         /* [address, address + bytes) */
  RECORD_REMAP,         /* [old_address, + old_bytes) became [address, + bytes);
                           old_bytes 0: the old place stays mapped */
  RECORD_LOST           /* the log couldn't grow: what follows is missing */
};

struct record_event {
  uint64_t kind; /* enum record_event_kind */
  uint64_t address, bytes;
  uint64_t old_address, old_bytes;
};

#define RECORD_CHUNK_EVENTS 6500 /* about 256 KiB */

struct record_chunk {
  uint64_t started_ns; /* CLOCK_MONOTONIC, the same in all chunks of a log */
  char program[16];    /* the kernel's name of the process, ends in NUL */
  struct record_event events[RECORD_CHUNK_EVENTS];
};

/* The verb. 0: recorded; 2: usage, or it couldn't be run or written; 3: the
 * program allocated nothing that is recorded, and no file is written. */
int record_main(int argc, char **argv);

#endif
