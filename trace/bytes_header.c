/* The header, the regions it stands for, and the state it begins with. */
#include "bytes_read.h"

#include "bytes_number.h"

/*@ terminates \true; exits \false;
    assigns \nothing;
    ensures fits: page_fits(\result);
*/
static uint64_t page_of(uint64_t choice, uint64_t raw)
{
  switch (choice) {
  case 0: return 8192;
  case 1: return 4096;
  case 2: return 16384;
  default: break;
  }
  return trace_page_fits(raw) ? raw : 1 + raw % TRACE_PAGE_BYTES_MAX;
}

/* The sizes that a choice stands for, whether they fit or not: in pages, where that isn't
 * 0, or else in bytes; the last choice is written out. */
struct size_choice {
  uint16_t pages;
  uint32_t bytes;
};

static const struct size_choice phys_choices[7] = {
    {1, 0}, {2, 0}, {4, 0}, {8, 0}, {16, 0}, {0, 0 /* half a page */}, {0, 4096}};
static const struct size_choice huge_choices[7] = {
    {0, 0}, {0, 0x200000}, {4, 0}, {8, 0}, {16, 0}, {32, 0}, {64, 0}};
static const struct size_choice arena_choices[7] = {
    {0, 0x4000000}, {16, 0}, {32, 0}, {64, 0}, {128, 0}, {512, 0}, {1024, 0}};

/*@ requires page: page_fits(page_bytes);
    requires choices: \valid_read(choices + (0 .. 6));
    terminates \true; exits \false;
    assigns \nothing;
*/
static uint64_t size_asked(const struct size_choice *choices, uint64_t choice, uint64_t raw,
                           uint64_t page_bytes)
{
  if (choice > 6) return raw;
  if (choices[choice].pages == 0) return choices[choice].bytes;
  return choices[choice].pages * page_bytes;
}

/*@ requires page: page_fits(page_bytes);
    terminates \true; exits \false;
    assigns \nothing;
    ensures fits: \exists integer r; phys_fits(page_bytes, \result, r);
*/
static uint64_t phys_of(uint64_t choice, uint64_t raw, uint64_t page_bytes)
{
  uint64_t phys_bytes =
      choice == 5 ? page_bytes / 2 : size_asked(phys_choices, choice, raw, page_bytes);
  /*@ assert fallback: phys_fits(page_bytes, page_bytes, 1); */
  return trace_phys_pages(page_bytes, phys_bytes) > 0 ? phys_bytes : page_bytes;
}

/*@ requires page: page_fits(page_bytes);
    requires phys: phys_pages_ok(phys_pages);
    terminates \true; exits \false;
    assigns \nothing;
    ensures fits: huge_fits(page_bytes, phys_pages, \result);
*/
static uint64_t huge_of(uint64_t choice, uint64_t raw, uint64_t page_bytes,
                        uint64_t phys_pages)
{
  uint64_t huge_bytes = size_asked(huge_choices, choice, raw, page_bytes);
  return trace_huge_fits(page_bytes, phys_pages, huge_bytes) ? huge_bytes : 0;
}

/*@ requires page: page_fits(page_bytes);
    requires phys: phys_pages_ok(phys_pages);
    terminates \true; exits \false;
    assigns \nothing;
    ensures fits: arena_fits(page_bytes, phys_pages, \result);
*/
static uint64_t arena_of(uint64_t choice, uint64_t raw, uint64_t page_bytes,
                         uint64_t phys_pages)
{
  uint64_t arena_bytes = size_asked(arena_choices, choice, raw, page_bytes);
  uint64_t fallback = 16 * page_bytes;
  /*@ assert whole: fallback / page_bytes == 16 && fallback % page_bytes == 0; */
  /*@ assert fallback: arena_fits(page_bytes, phys_pages, fallback); */
  return trace_arena_fits(page_bytes, phys_pages, arena_bytes) ? arena_bytes : fallback;
}

/* Byte 0: page (2 bits), phys (3), arena (3); byte 1: huge (3), goal (2), regions
 * (3); lowest bits first; byte 2: the swarm mask. Then what escapes, in the order of
 * the text's header. */
struct bytes_header bytes_read_header(const uint8_t *data, size_t size)
{
  struct number first = read_number(data, size, 0, 1);
  struct number second = read_number(data, size, first.next, 1);
  struct number off = read_number(data, size, second.next, 1);
  uint64_t page = first.value % 4, phys = first.value / 4 % 8, arena = first.value / 32;
  uint64_t huge = second.value % 8;
  unsigned goal = (unsigned)(second.value / 8 % 4); /* 1, 2: bytes that count pages */
  struct bytes_header header = {0};
  uint64_t phys_pages = 0;
  struct number raw = read_number(data, size, off.next, page == BYTES_ESCAPE_PAGE ? 8 : 0);
  header.page_bytes = page_of(page, raw.value);
  raw = read_number(data, size, raw.next, phys == BYTES_ESCAPE_PHYS ? 8 : 0);
  header.phys_bytes = phys_of(phys, raw.value, header.page_bytes);
  phys_pages = trace_phys_pages(header.page_bytes, header.phys_bytes);
  raw = read_number(data, size, raw.next, huge == BYTES_ESCAPE_HUGE ? 8 : 0);
  header.huge_bytes = huge_of(huge, raw.value, header.page_bytes, phys_pages);
  raw = read_number(data, size, raw.next, arena == BYTES_ESCAPE_ARENA ? 8 : 0);
  header.arena_bytes = arena_of(arena, raw.value, header.page_bytes, phys_pages);
  raw = read_number(data, size, raw.next, goal == 3 ? 8 : goal);
  header.has_goal = goal != 0;
  header.goal_bytes = goal == 3 ? raw.value : bytes_of(raw.value, header.page_bytes);
  header.regions = (uint8_t)(second.value / 32);
  header.off = (uint8_t)off.value;
  header.next = raw.next;
  return header;
}

/* A region of the header: `arenas` arenas above its base; base 0: no region. */
struct first_region {
  uint64_t base;
  uint64_t arenas;
  bool down;
};

static const struct first_region first_regions[8][BYTES_REGIONS_MAX] = {
    {{BYTES_REGION_0, 0, false}},
    {{BYTES_REGION_4, 0, true}, {BYTES_REGION_0, 0, false}},
    {{BYTES_REGION_4, 0, true}, {BYTES_REGION_0, 0, false},
     {BYTES_REGION_2, 0, false}, {BYTES_REGION_6, 0, true}},
    {{BYTES_REGION_0, 0, false}, {BYTES_REGION_1, 0, false}, {BYTES_REGION_2, 0, false},
     {BYTES_REGION_3, 0, false}, {BYTES_REGION_4, 0, false}, {BYTES_REGION_5, 0, false}},
    {{BYTES_REGION_4, 0, true}},
    /* They grow into each other. */
    {{BYTES_REGION_0, 0, false}, {BYTES_REGION_0, 4, true}},
    /* The second runs into the first. */
    {{BYTES_REGION_0, 1, false}, {BYTES_REGION_0, 0, false}},
    {{0, 0, false}},
};

struct bytes_step bytes_header_region(struct bytes_header header, uint32_t number)
{
  struct bytes_step step = {.next = header.next};
  struct first_region region = {0, 0, false};
  uint64_t address = 0;
  if (number < BYTES_REGIONS_MAX) region = first_regions[header.regions % 8][number];
  if (region.base == 0) return step;
  address = above(region.base, region.arenas, header.arena_bytes);
  step.has_op = true;
  step.op.kind = OP_REGION;
  step.op.address = on_page(address, header.page_bytes);
  step.op.down = region.down;
  step.op.expect = TRACE_NO_EXPECTATION;
  return step;
}

void bytes_begin(struct bytes_state *state, struct bytes_header header)
{
  state->page_bytes = header.page_bytes;
  state->phys_pages = trace_phys_pages(header.page_bytes, header.phys_bytes);
  state->huge_pages = header.huge_bytes / header.page_bytes;
  state->arena_pages = header.arena_bytes / header.page_bytes;
  state->off = header.off;
  state->names = 0;
  state->nlive = 0;
  state->nfreed = 0;
  state->nanchors = 0;
  state->last_region = 0;
}
