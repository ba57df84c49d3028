/* Bytes to operations. Everything above bytes_decode is pure or changes only the
 * state: no allocation, no library, no wrap-around. */
#include "bytes.h"

#include "trace_geometry.h"

/* --- Numbers -------------------------------------------------------------- */

struct number {
  uint64_t value;
  size_t next;
};

/* `bytes` bytes, 0 ... 8, lowest first. Past the end there are zeros, and the
 * position stays. */
static struct number read_number(const uint8_t *data, size_t size, size_t position,
                                 unsigned bytes)
{
  struct number number = {0, position};
  unsigned at = 0;
  for (; at < bytes && number.next < size; at++) {
    number.value |= (uint64_t)data[number.next] << 8 * at;
    number.next++;
  }
  return number;
}

/* base + count * unit_bytes, or base where that would pass 2^64. */
static uint64_t above(uint64_t base, uint64_t count, uint64_t unit_bytes)
{
  if (unit_bytes == 0 || count > (UINT64_MAX - base) / unit_bytes) return base;
  return base + count * unit_bytes;
}

/* base - count * unit_bytes, or base where that would pass 0. */
static uint64_t below(uint64_t base, uint64_t count, uint64_t unit_bytes)
{
  if (unit_bytes == 0 || count > base / unit_bytes) return base;
  return base - count * unit_bytes;
}

/* offset is a two's complement number of `bytes` bytes, 1 or 2. */
static uint64_t moved(uint64_t base, uint64_t offset, unsigned bytes,
                      uint64_t unit_bytes)
{
  uint64_t half = bytes == 1 ? 0x80 : 0x8000;
  if (offset < half) return above(base, offset, unit_bytes);
  return below(base, 2 * half - offset, unit_bytes);
}

/* --- The header ----------------------------------------------------------- */

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

static uint64_t phys_of(uint64_t choice, uint64_t raw, uint64_t page_bytes)
{
  uint64_t phys_bytes = raw;
  switch (choice) {
  case 0: phys_bytes = page_bytes; break;
  case 1: phys_bytes = 2 * page_bytes; break;
  case 2: phys_bytes = 4 * page_bytes; break;
  case 3: phys_bytes = 8 * page_bytes; break;
  case 4: phys_bytes = 16 * page_bytes; break;
  case 5: phys_bytes = page_bytes / 2; break;
  case 6: phys_bytes = 4096; break;
  default: break;
  }
  return trace_phys_pages(page_bytes, phys_bytes) > 0 ? phys_bytes : page_bytes;
}

static uint64_t huge_of(uint64_t choice, uint64_t raw, uint64_t page_bytes,
                        uint64_t phys_pages)
{
  uint64_t huge_bytes = raw;
  switch (choice) {
  case 0: huge_bytes = 0; break;
  case 1: huge_bytes = 0x200000; break;
  case 2: huge_bytes = 4 * page_bytes; break;
  case 3: huge_bytes = 8 * page_bytes; break;
  case 4: huge_bytes = 16 * page_bytes; break;
  case 5: huge_bytes = 32 * page_bytes; break;
  case 6: huge_bytes = 64 * page_bytes; break;
  default: break;
  }
  return trace_huge_fits(page_bytes, phys_pages, huge_bytes) ? huge_bytes : 0;
}

static uint64_t arena_of(uint64_t choice, uint64_t raw, uint64_t page_bytes,
                         uint64_t phys_pages)
{
  uint64_t arena_bytes = raw;
  switch (choice) {
  case 0: arena_bytes = 0x4000000; break;
  case 1: arena_bytes = 16 * page_bytes; break;
  case 2: arena_bytes = 32 * page_bytes; break;
  case 3: arena_bytes = 64 * page_bytes; break;
  case 4: arena_bytes = 128 * page_bytes; break;
  case 5: arena_bytes = 512 * page_bytes; break;
  case 6: arena_bytes = 1024 * page_bytes; break;
  default: break;
  }
  return trace_arena_fits(page_bytes, phys_pages, arena_bytes) ? arena_bytes
                                                               : 16 * page_bytes;
}

/* The goal's operand: choice 0 has none, 1 and 2 count pages, 3 bytes. */
static const unsigned goal_operand_bytes[4] = {0, 1, 2, 8};

/* Byte 0: page (2 bits), phys (3), arena (3); byte 1: huge (3), goal (2), regions
 * (3); lowest bits first. Then what escapes, in the order of the text's header. */
struct bytes_header bytes_read_header(const uint8_t *data, size_t size)
{
  struct number first = read_number(data, size, 0, 1);
  struct number second = read_number(data, size, first.next, 1);
  uint64_t page = first.value % 4, phys = first.value / 4 % 8, arena = first.value / 32;
  uint64_t huge = second.value % 8, goal = second.value / 8 % 4;
  struct number raw = {0, second.next};
  struct bytes_header header = {0};
  uint64_t phys_pages = 0;
  raw = read_number(data, size, raw.next, page == BYTES_ESCAPE_PAGE ? 8 : 0);
  header.page_bytes = page_of(page, raw.value);
  raw = read_number(data, size, raw.next, phys == BYTES_ESCAPE_PHYS ? 8 : 0);
  header.phys_bytes = phys_of(phys, raw.value, header.page_bytes);
  phys_pages = trace_phys_pages(header.page_bytes, header.phys_bytes);
  raw = read_number(data, size, raw.next, huge == BYTES_ESCAPE_HUGE ? 8 : 0);
  header.huge_bytes = huge_of(huge, raw.value, header.page_bytes, phys_pages);
  raw = read_number(data, size, raw.next, arena == BYTES_ESCAPE_ARENA ? 8 : 0);
  header.arena_bytes = arena_of(arena, raw.value, header.page_bytes, phys_pages);
  raw = read_number(data, size, raw.next, goal_operand_bytes[goal]);
  header.has_goal = goal != 0;
  header.goal_bytes = goal == 3 ? raw.value : raw.value * header.page_bytes;
  header.regions = (uint8_t)(second.value / 32);
  header.next = raw.next;
  return header;
}

void bytes_begin(struct bytes_state *state, struct bytes_header header)
{
  state->page_bytes = header.page_bytes;
  state->phys_pages = trace_phys_pages(header.page_bytes, header.phys_bytes);
  state->huge_pages = header.huge_bytes / header.page_bytes;
  state->arena_pages = header.arena_bytes / header.page_bytes;
  state->names = 0;
  state->nlive = 0;
  state->nfreed = 0;
  state->nregions = 0;
  state->last_region = 0;
}

/* --- Regions -------------------------------------------------------------- */

#define REGION_0 0x5000000000ULL
#define REGION_1 0x5400000000ULL
#define REGION_2 0x5800000000ULL
#define REGION_3 0x5c00000000ULL
#define REGION_4 0x6000000000ULL
#define REGION_5 0x6400000000ULL
#define REGION_6 0x7000000000ULL

/* A region of the header: `arenas` arenas above its base; base 0: no region. */
struct first_region {
  uint64_t base;
  uint64_t arenas;
  bool down;
};

#define FIRST_REGIONS_MAX 6
static const struct first_region first_regions[8][FIRST_REGIONS_MAX] = {
    {{REGION_0, 0, false}},
    {{REGION_4, 0, true}, {REGION_0, 0, false}},
    {{REGION_4, 0, true},
     {REGION_0, 0, false},
     {REGION_2, 0, false},
     {REGION_6, 0, true}},
    {{REGION_0, 0, false},
     {REGION_1, 0, false},
     {REGION_2, 0, false},
     {REGION_3, 0, false},
     {REGION_4, 0, false},
     {REGION_5, 0, false}},
    {{REGION_4, 0, true}},
    {{REGION_0, 0, false}, {REGION_0, 4, true}},  /* they grow into each other */
    {{REGION_0, 1, false}, {REGION_0, 0, false}}, /* the second runs into the first */
    {{0, 0, false}},
};

static uint64_t on_page(uint64_t address, uint64_t page_bytes)
{
  return address - address % page_bytes;
}

struct bytes_step bytes_header_region(struct bytes_header header, uint32_t number)
{
  struct bytes_step step = {.next = header.next};
  struct first_region region = {0, 0, false};
  uint64_t address = 0;
  if (number < FIRST_REGIONS_MAX) region = first_regions[header.regions % 8][number];
  if (region.base == 0) return step;
  address = above(region.base, region.arenas, header.arena_bytes);
  step.has_op = true;
  step.op.kind = OP_REGION;
  step.op.address = on_page(address, header.page_bytes);
  step.op.down = region.down;
  step.op.expect = TRACE_NO_EXPECTATION;
  return step;
}

static uint64_t region_base(uint64_t choice, uint64_t raw,
                            const struct bytes_state *state)
{
  switch (choice) {
  case 0: return REGION_0;
  case 1: return REGION_1;
  case 2: return REGION_2;
  case 3: return REGION_3;
  case 4: return REGION_4;
  case 5: return REGION_5;
  case 6: return REGION_6;
  case 7: return 0x7f0000000000ULL;
  case 8: return state->last_region;
  case 9: return state->nregions > 0 ? state->anchors[0] : REGION_0;
  case 10: return 0;
  case 11: return SPAN_LIMIT_PAGES * state->page_bytes;
  case 12: return 0x7fffffffffffffffULL;
  case 13: return 0x8000000000000000ULL;
  case 14: return UINT64_MAX;
  default: break;
  }
  return raw;
}

static uint64_t region_offset(uint64_t choice, uint64_t base,
                              const struct bytes_state *state)
{
  uint64_t page_bytes = state->page_bytes;
  uint64_t arena_bytes = state->arena_pages * page_bytes;
  switch (choice) {
  case 1: return above(base, 1, page_bytes);
  case 2: return above(base, 1, arena_bytes);
  case 3: return above(base, 2, arena_bytes);
  case 4: return above(base, 4, arena_bytes);
  case 5: return below(base, 1, page_bytes);
  case 6: return below(base, 1, arena_bytes);
  case 7: return above(base, state->phys_pages, page_bytes);
  default: break;
  }
  return base;
}

/* One byte: base (4 bits), down (1), offset (3); an escaped base in 8 bytes. */
static struct bytes_step read_region(const uint8_t *data, size_t size, size_t position,
                                     const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_REGION}};
  struct number byte = read_number(data, size, position, 1);
  uint64_t choice = byte.value % 16;
  struct number raw =
      read_number(data, size, byte.next, choice == BYTES_ESCAPE_REGION ? 8 : 0);
  uint64_t base = region_base(choice, raw.value, state);
  if (choice != BYTES_ESCAPE_REGION) base = region_offset(byte.value / 32, base, state);
  step.op.address = on_page(base, state->page_bytes);
  step.op.down = byte.value / 16 % 2 == 1;
  step.next = raw.next;
  return step;
}

/* --- Sizes ---------------------------------------------------------------- */

static const unsigned size_operand_bytes[4] = {1, 2, 1, 8};

/* Sizes at which something may break. */
static uint64_t edge_pages(uint64_t choice, const struct bytes_state *state)
{
  switch (choice) {
  case 0: return state->arena_pages - 1;
  case 1: return state->arena_pages;
  case 2: return state->arena_pages + 1;
  case 3: return 2 * state->arena_pages;
  case 4: return state->huge_pages > 0 ? state->huge_pages - 1 : 0;
  case 5: return state->huge_pages;
  case 6: return state->huge_pages + 1;
  case 7: return 2 * state->huge_pages;
  case 8: return state->phys_pages;
  case 9: return SPAN_LIMIT_PAGES - 1;
  case 10: return SPAN_LIMIT_PAGES;
  case 11: return SPAN_LIMIT_PAGES + 1;
  case 12: return 0x0008000000000000ULL; /* 2^51: times 8192 is 0 */
  case 13: return 0x8000000000000000ULL;
  case 14: return UINT64_MAX - state->arena_pages + 1;
  default: break;
  }
  return UINT64_MAX;
}

static struct number read_pages(const uint8_t *data, size_t size, size_t position,
                                enum bytes_size form, const struct bytes_state *state)
{
  struct number number = read_number(data, size, position, size_operand_bytes[form]);
  if (form == BYTES_SIZE_EDGE) number.value = edge_pages(number.value % 16, state);
  return number;
}

/* --- Addresses ------------------------------------------------------------ */

static const unsigned address_operand_bytes[4] = {1, 2, 1, 8};

/* The selector: anchor (3 bits), form (2), extra (2), one bit unused. */
struct address {
  uint64_t value;
  uint64_t extra; /* 0 ... 3, for the operation to use */
  size_t next;
};

static uint64_t anchor_of(uint64_t choice, const struct bytes_state *state)
{
  uint64_t anchors =
      state->nregions < BYTES_ANCHORS_MAX ? state->nregions : BYTES_ANCHORS_MAX;
  return anchors > 0 ? state->anchors[choice % anchors] : 0;
}

static struct address read_address(const uint8_t *data, size_t size, size_t position,
                                   const struct bytes_state *state)
{
  struct number selector = read_number(data, size, position, 1);
  uint64_t form = selector.value / 8 % 4;
  struct number operand =
      read_number(data, size, selector.next, address_operand_bytes[form]);
  uint64_t anchor = anchor_of(selector.value % 8, state);
  uint64_t page_bytes = state->page_bytes;
  struct address address = {operand.value, selector.value / 32 % 4, operand.next};
  switch (form) {
  case BYTES_ADDRESS_PAGES_1:
    address.value = above(anchor, operand.value, page_bytes);
    break;
  case BYTES_ADDRESS_PAGES_2:
    address.value = moved(anchor, operand.value, 2, page_bytes);
    break;
  case BYTES_ADDRESS_ARENAS:
    address.value = moved(anchor, operand.value, 1, state->arena_pages * page_bytes);
    break;
  default: break;
  }
  return address;
}

static struct bytes_step read_free_at(const uint8_t *data, size_t size, size_t position,
                                      const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_FREE_AT}};
  struct address address = read_address(data, size, position, state);
  step.op.address = on_page(address.value, state->page_bytes);
  step.next = address.next;
  return step;
}

/* The selector's extra is the form of the size. */
static struct bytes_step read_add(const uint8_t *data, size_t size, size_t position,
                                  const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_ADD}};
  struct address address = read_address(data, size, position, state);
  struct number pages =
      read_pages(data, size, address.next, (enum bytes_size)address.extra, state);
  step.op.address = on_page(address.value, state->page_bytes);
  step.op.number = pages.value;
  step.next = pages.next;
  return step;
}

/* The selector's extra moves into the page, but not an address in full. */
static struct bytes_step read_lookup(const uint8_t *data, size_t size, size_t position,
                                     const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_LOOKUP}};
  struct number selector = read_number(data, size, position, 1);
  struct address address = read_address(data, size, position, state);
  uint64_t into_page = 0;
  switch (address.extra) {
  case 1: into_page = 1; break;
  case 2: into_page = state->page_bytes / 2; break;
  case 3: into_page = state->page_bytes - 1; break;
  default: break;
  }
  if (selector.value / 8 % 4 == BYTES_ADDRESS_8) into_page = 0;
  step.op.address = above(address.value, 1, into_page);
  step.next = address.next;
  return step;
}

/* --- Frees ---------------------------------------------------------------- */

/* The index counts from the newest live name. */
static struct bytes_step read_free(const uint8_t *data, size_t size, size_t position,
                                   unsigned bytes, const struct bytes_state *state)
{
  struct bytes_step step = {.op = {.kind = OP_FREE}};
  struct number index = read_number(data, size, position, bytes);
  step.next = index.next;
  if (state->nlive == 0) return step;
  step.has_op = true;
  step.op.name = state->live[state->nlive - 1 - index.value % state->nlive];
  return step;
}

/* The index counts from the name freed last. */
static struct bytes_step read_free_again(const uint8_t *data, size_t size,
                                         size_t position,
                                         const struct bytes_state *state)
{
  struct bytes_step step = {.op = {.kind = OP_FREE}};
  struct number index = read_number(data, size, position, 1);
  uint64_t known =
      state->nfreed < BYTES_FREED_MAX ? state->nfreed : BYTES_FREED_MAX;
  step.next = index.next;
  if (known == 0) return step;
  step.has_op = true;
  step.op.name =
      state->freed[(state->nfreed - 1 - index.value % known) % BYTES_FREED_MAX];
  return step;
}

static struct bytes_step read_free_name(const uint8_t *data, size_t size,
                                        size_t position,
                                        const struct bytes_state *state)
{
  struct bytes_step step = {.op = {.kind = OP_FREE}};
  struct number name = read_number(data, size, position, 8);
  step.next = name.next;
  if (state->names == 0) return step;
  step.has_op = true;
  step.op.name = name.value % state->names;
  return step;
}

/* --- Operations ----------------------------------------------------------- */

static struct bytes_step read_allocation(const uint8_t *data, size_t size,
                                         size_t position, enum op_kind kind,
                                         enum bytes_size form,
                                         const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = (uint8_t)kind}};
  struct number pages = read_pages(data, size, position, form, state);
  step.op.name = state->names;
  step.op.number = pages.value;
  step.next = pages.next;
  return step;
}

/* 1 and 2 bytes count pages, 8 bytes. */
static struct bytes_step read_scavenge(const uint8_t *data, size_t size,
                                       size_t position, unsigned bytes,
                                       const struct bytes_state *state)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_SCAVENGE}};
  struct number number = read_number(data, size, position, bytes);
  step.op.number = bytes == 8 ? number.value : number.value * state->page_bytes;
  step.next = number.next;
  return step;
}

/* The byte's low three bits; 7: 8 bytes follow. */
static struct bytes_step read_refuse(const uint8_t *data, size_t size, size_t position)
{
  struct bytes_step step = {.has_op = true, .op = {.kind = OP_REFUSE}};
  struct number count = read_number(data, size, position, 1);
  count.value %= 8;
  if (count.value == BYTES_ESCAPE_REFUSE)
    count = read_number(data, size, count.next, 8);
  step.op.number = count.value;
  step.next = count.next;
  return step;
}

static struct bytes_step read_alloc_code(const uint8_t *data, size_t size, size_t at,
                                         uint64_t code, const struct bytes_state *state)
{
  enum op_kind kind = code < BYTES_CODE_MANUAL_1 ? OP_HEAP : OP_MANUAL;
  enum bytes_size form = BYTES_SIZE_8;
  if (code < BYTES_CODE_HEAP_2) form = BYTES_SIZE_1;
  else if (code < BYTES_CODE_HEAP_EDGE) form = BYTES_SIZE_2;
  else if (code < BYTES_CODE_HEAP_8) form = BYTES_SIZE_EDGE;
  else if (code < BYTES_CODE_MANUAL_1) form = BYTES_SIZE_8;
  else if (code < BYTES_CODE_MANUAL_2) form = BYTES_SIZE_1;
  else if (code < BYTES_CODE_MANUAL_EDGE) form = BYTES_SIZE_2;
  else if (code < BYTES_CODE_MANUAL_8) form = BYTES_SIZE_EDGE;
  return read_allocation(data, size, at, kind, form, state);
}

static struct bytes_step read_code(const uint8_t *data, size_t size, size_t at,
                                   uint64_t code, const struct bytes_state *state)
{
  struct bytes_step dump = {.next = at, .has_op = true, .op = {.kind = OP_DUMP}};
  if (code < BYTES_CODE_FREE_1) return read_alloc_code(data, size, at, code, state);
  if (code < BYTES_CODE_FREE_2) return read_free(data, size, at, 1, state);
  if (code < BYTES_CODE_FREE_AGAIN) return read_free(data, size, at, 2, state);
  if (code < BYTES_CODE_FREE_NAME) return read_free_again(data, size, at, state);
  if (code < BYTES_CODE_FREE_AT) return read_free_name(data, size, at, state);
  if (code < BYTES_CODE_SCAVENGE_1) return read_free_at(data, size, at, state);
  if (code < BYTES_CODE_SCAVENGE_2) return read_scavenge(data, size, at, 1, state);
  if (code < BYTES_CODE_SCAVENGE_8) return read_scavenge(data, size, at, 2, state);
  if (code < BYTES_CODE_REFUSE) return read_scavenge(data, size, at, 8, state);
  if (code < BYTES_CODE_ADD) return read_refuse(data, size, at);
  if (code < BYTES_CODE_LOOKUP) return read_add(data, size, at, state);
  if (code < BYTES_CODE_DUMP) return read_lookup(data, size, at, state);
  if (code < BYTES_CODE_REGION) return dump;
  return read_region(data, size, at, state);
}

struct bytes_step bytes_read_op(const uint8_t *data, size_t size, size_t position,
                                const struct bytes_state *state)
{
  struct bytes_step step = {.next = position};
  struct number byte;
  if (position >= size) return step;
  byte = read_number(data, size, position, 1);
  step = read_code(data, size, byte.next, byte.value % BYTES_CODES, state);
  step.op.expect = TRACE_NO_EXPECTATION;
  return step;
}

/* --- What an operation means for the next --------------------------------- */

/* Take live[index] out; those after it move down. */
static void live_remove(struct bytes_state *state, uint32_t index)
{
  for (; index + 1 < state->nlive; index++)
    state->live[index] = state->live[index + 1];
  state->nlive--;
}

static void follow_allocation(struct bytes_state *state, uint64_t name)
{
  if (state->nlive == BYTES_LIVE_MAX) live_remove(state, 0);
  state->live[state->nlive] = name;
  state->nlive++;
  state->names++;
}

/* Only the first free of a live name changes anything. */
static void follow_free(struct bytes_state *state, uint64_t name)
{
  uint32_t above_it = state->nlive;
  while (above_it > 0 && state->live[above_it - 1] != name) above_it--;
  if (above_it == 0) return;
  live_remove(state, above_it - 1);
  state->freed[state->nfreed % BYTES_FREED_MAX] = name;
  state->nfreed++;
}

static void follow_region(struct bytes_state *state, uint64_t address)
{
  if (state->nregions < BYTES_ANCHORS_MAX) state->anchors[state->nregions] = address;
  state->nregions++;
  state->last_region = address;
}

void bytes_follow(struct bytes_state *state, struct trace_op op)
{
  switch ((enum op_kind)op.kind) {
  case OP_HEAP:
  case OP_MANUAL: follow_allocation(state, op.name); break;
  case OP_FREE: follow_free(state, op.name); break;
  case OP_REGION: follow_region(state, op.address); break;
  default: break;
  }
}

/* --- A whole trace -------------------------------------------------------- */

static bool append_step(struct trace *out, struct bytes_state *state,
                        struct bytes_step step)
{
  if (!step.has_op) return true;
  bytes_follow(state, step.op);
  return trace_append(out, step.op);
}

bool bytes_decode(const uint8_t *data, size_t size, struct trace *out)
{
  struct bytes_header header = bytes_read_header(data, size);
  struct bytes_step step = bytes_header_region(header, 0);
  struct bytes_state state;
  uint32_t region = 1;
  trace_clear(out);
  bytes_begin(&state, header);
  out->page_bytes = header.page_bytes;
  out->phys_bytes = header.phys_bytes;
  out->huge_bytes = header.huge_bytes;
  out->arena_bytes = header.arena_bytes;
  out->goal_bytes = header.goal_bytes;
  out->has_goal = header.has_goal;
  for (; step.has_op; region++) {
    if (!append_step(out, &state, step)) return false;
    step = bytes_header_region(header, region);
  }
  while (step.next < size) {
    step = bytes_read_op(data, size, step.next, &state);
    if (!append_step(out, &state, step)) return false;
  }
  return true;
}
