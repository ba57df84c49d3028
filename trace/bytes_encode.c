/* Operations to bytes: try the forms from the shortest, and keep the first that
 * the decoder reads back as the same operation. */
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

#include "bytes_operands.h"
#include "call.h"
#include "names.h"
#include "trace_geometry.h"

/* The bytes of one operation, or of the header. */
struct draft {
  uint8_t data[BYTES_OP_MAX]; /* the longest operation is longer than the longest header */
  size_t size;
};

static void draft_put(struct draft *draft, uint64_t value, unsigned bytes)
{
  for (; bytes > 0; bytes--, value >>= 8)
    draft->data[draft->size++] = (uint8_t)value;
}

/* code, an operand of 0 to 8 bytes. */
static struct draft draft_of(unsigned code, uint64_t operand, unsigned bytes)
{
  struct draft draft = {{0}, 0};
  draft_put(&draft, code, 1);
  draft_put(&draft, operand, bytes);
  return draft;
}

static bool draft_means(const struct draft *draft, const struct bytes_state *state,
                        const struct trace_op *op)
{
  struct bytes_step step = bytes_read_op(draft->data, draft->size, 0, state);
  return step.has_op && step.next == draft->size && trace_ops_ask_same(&step.op, op);
}

/* Makes such a draft. Does it mean the operation? */
static bool draft_as(struct draft *draft, unsigned code, uint64_t operand, unsigned bytes,
                     const struct bytes_state *state, const struct trace_op *op)
{
  *draft = draft_of(code, operand, bytes);
  return draft_means(draft, state, op);
}

/* --- The header ----------------------------------------------------------- */

/* Byte 0 and byte 1, an empty swarm mask, and what escapes. */
static struct draft header_draft(const struct trace *trace, unsigned first, unsigned second)
{
  struct draft draft = draft_of(first, second, 2);
  unsigned goal = second / 8 % 4;
  if (first % 4 == BYTES_ESCAPE_PAGE) draft_put(&draft, trace->page_bytes, 8);
  if (first / 4 % 8 == BYTES_ESCAPE_PHYS) draft_put(&draft, trace->phys_bytes, 8);
  if (second % 8 == BYTES_ESCAPE_HUGE) draft_put(&draft, trace->huge_bytes, 8);
  if (first / 32 == BYTES_ESCAPE_ARENA) draft_put(&draft, trace->arena_bytes, 8);
  if (goal == 1 || goal == 2)
    draft_put(&draft, trace->goal_bytes / trace->page_bytes, goal);
  if (goal == 3) draft_put(&draft, trace->goal_bytes, 8);
  return draft;
}

static bool same_header(const struct trace *trace, struct bytes_header header)
{
  return header.page_bytes == trace->page_bytes &&
         header.phys_bytes == trace->phys_bytes &&
         header.huge_bytes == trace->huge_bytes &&
         header.arena_bytes == trace->arena_bytes &&
         header.has_goal == trace->has_goal &&
         header.goal_bytes == (trace->has_goal ? trace->goal_bytes : 0);
}

static uint32_t header_regions(struct bytes_header header)
{
  uint32_t count = 0;
  while (bytes_header_region(header, count).has_op) count++;
  return count;
}

/* All the regions of this header stand first in the trace. */
static bool regions_stand_first(const struct trace *trace, struct bytes_header header)
{
  for (uint32_t number = 0; number < header_regions(header); number++) {
    struct trace_op region = bytes_header_region(header, number).op;
    if (number >= trace->nops || trace->ops[number].kind != OP_REGION ||
        trace->ops[number].address != region.address ||
        trace->ops[number].down != region.down)
      return false;
  }
  return true;
}

/* The shortest of `count` bytes at data[at] with which the header means the same;
 * the other byte is given. */
static unsigned encode_byte(const struct trace *trace, unsigned at, unsigned count,
                            unsigned other)
{
  unsigned best = 0;
  size_t best_size = SIZE_MAX;
  for (unsigned byte = 0; byte < count; byte++) {
    struct draft draft =
        at == 0 ? header_draft(trace, byte, other) : header_draft(trace, other, byte);
    if (draft.size >= best_size ||
        !same_header(trace, bytes_read_header(draft.data, draft.size)))
      continue;
    best = byte;
    best_size = draft.size;
  }
  return best;
}

/* The shortest bytes for the sizes; the regions' bits are 0. */
static struct draft encode_sizes(const struct trace *trace)
{
  unsigned escaped = BYTES_ESCAPE_HUGE | (trace->has_goal ? 3U << 3 : 0);
  unsigned first = encode_byte(trace, 0, 256, escaped);
  return header_draft(trace, first, encode_byte(trace, 1, 32, first));
}

/* The header, with as many of the first regions as it can stand for. */
static struct draft encode_header(const struct trace *trace, struct bytes_header *header)
{
  struct draft draft = encode_sizes(trace), best = draft;
  uint32_t regions = 0;
  best.data[1] = (uint8_t)(draft.data[1] | 7U << 5); /* none */
  *header = bytes_read_header(best.data, best.size);
  for (unsigned choice = 0; choice < 7; choice++) {
    struct draft tried = draft;
    tried.data[1] = (uint8_t)(draft.data[1] | choice << 5);
    struct bytes_header means = bytes_read_header(tried.data, tried.size);
    if (header_regions(means) <= regions || !regions_stand_first(trace, means)) continue;
    regions = header_regions(means);
    best = tried;
    *header = means;
  }
  return best;
}

/* --- Operations ----------------------------------------------------------- */

static bool encode_plain(const struct trace_op *op, const struct bytes_state *state,
                         struct draft *draft)
{
  static const unsigned heap[] = {BYTES_CODE_HEAP_1, BYTES_CODE_HEAP_2,
                                  BYTES_CODE_HEAP_EDGE, BYTES_CODE_HEAP_8};
  static const unsigned manual[] = {BYTES_CODE_MANUAL_1, BYTES_CODE_MANUAL_2,
                                    BYTES_CODE_MANUAL_EDGE, BYTES_CODE_MANUAL_8};
  const unsigned *codes = op->kind == OP_HEAP ? heap : manual;
  if (draft_as(draft, codes[BYTES_SIZE_1], op->number, 1, state, op)) return true;
  for (uint64_t edge = 0; edge < 16; edge++)
    if (draft_as(draft, codes[BYTES_SIZE_EDGE], edge, 1, state, op)) return true;
  return draft_as(draft, codes[BYTES_SIZE_2], op->number, 2, state, op) ||
         draft_as(draft, codes[BYTES_SIZE_8], op->number, 8, state, op);
}

/* 1 byte or 8, or two to the power of a byte: the form of an alignment. */
static unsigned align_form(const struct trace_op *op, uint64_t *operand)
{
  *operand = op->align;
  if (!op->has_align) return 0;
  if (op->align < 256) return 1;
  for (*operand = 0; *operand < 64; ++*operand)
    if (op->align == UINT64_C(1) << *operand) return 2;
  *operand = op->align;
  return 3;
}

/* 1, 2 or 8 bytes. */
static unsigned phase_form(uint64_t phase)
{
  if (phase == 0) return 0;
  return phase < 0x100 ? 1 : phase < 0x10000 ? 2 : 3;
}

/* An address of a request, in the shortest form that means it. */
static void put_address(struct draft *draft, uint64_t address, const struct bytes_state *state)
{
  static const unsigned operand_bytes[4] = {1, 2, 1, 8};
  static const unsigned forms[3] = {BYTES_ADDRESS_PAGES_1, BYTES_ADDRESS_ARENAS,
                                    BYTES_ADDRESS_PAGES_2};
  for (unsigned i = 0; i < 3 * BYTES_ANCHORS_MAX; i++) {
    unsigned form = forms[i / BYTES_ANCHORS_MAX], anchor = i % BYTES_ANCHORS_MAX;
    uint64_t from = state->nanchors > anchor ? state->anchors[anchor] : 0;
    uint64_t unit = state->page_bytes *
                    (form == BYTES_ADDRESS_ARENAS ? state->arena_pages : 1);
    uint64_t offset = address >= from ? (address - from) / unit
                                      : 0 - (from - address + unit - 1) / unit;
    struct draft tried = draft_of(anchor | form << 3, offset, operand_bytes[form]);
    struct address means = read_address(tried.data, tried.size, 0, state);
    if (on_page(means.value, state->page_bytes) != address) continue;
    draft_put(draft, anchor | form << 3, 1);
    draft_put(draft, offset, operand_bytes[form]);
    return;
  }
  draft_put(draft, BYTES_ADDRESS_8 << 3, 1);
  draft_put(draft, address, 8);
}

static bool encode_allocation(const struct trace_op *op, const struct bytes_state *state,
                              struct draft *draft)
{
  const struct trace_op plain = {.kind = op->kind, .name = op->name, .number = op->number};
  if (encode_plain(op, state, draft)) return true;
  uint64_t align;
  unsigned aligned = align_form(op, &align), phased = phase_form(op->phase);
  bool has_from = op->from != 0;
  if (!encode_plain(&plain, state, draft)) return false;
  draft->data[0] |= BYTES_MORE;
  draft_put(draft, op->fit | aligned << 2 | phased << 4 | (unsigned)has_from << 6 |
                       (unsigned)op->has_below << 7, 1);
  draft_put(draft, align, aligned == 3 ? 8 : aligned > 0);
  draft_put(draft, op->phase, phased == 3 ? 8 : phased);
  if (has_from) put_address(draft, op->from, state);
  if (op->has_below) put_address(draft, op->below, state);
  return draft_means(draft, state, op);
}

/* How many live names are newer than this one; nlive where it is not live. */
static uint32_t live_index(const struct bytes_state *state, uint64_t name)
{
  uint32_t index = 0;
  while (index < state->nlive && state->live[state->nlive - 1 - index] != name)
    index++;
  return index;
}

/* The form of a size that stands by itself, and the edge case where it is one. */
static enum bytes_size size_form_of(uint64_t npages, const struct bytes_state *state,
                                    uint64_t *edge)
{
  struct trace_op allocation = {.kind = OP_HEAP, .name = state->names, .number = npages};
  struct draft draft;
  encode_plain(&allocation, state, &draft);
  *edge = draft.data[1];
  if (draft.data[0] < BYTES_CODE_HEAP_2) return BYTES_SIZE_1;
  if (draft.data[0] < BYTES_CODE_HEAP_EDGE) return BYTES_SIZE_2;
  return draft.data[0] < BYTES_CODE_HEAP_8 ? BYTES_SIZE_EDGE : BYTES_SIZE_8;
}

/* How many names were freed after this one; BYTES_FREED_MAX where it is not known. */
static uint64_t freed_index(const struct bytes_state *state, uint64_t name)
{
  uint64_t known = state->nfreed < BYTES_FREED_MAX ? state->nfreed : BYTES_FREED_MAX;
  for (uint64_t index = 0; index < known; index++)
    if (state->freed[(state->nfreed - 1 - index) % BYTES_FREED_MAX] == name)
      return index;
  return BYTES_FREED_MAX;
}

static bool encode_free(const struct trace_op *op, const struct bytes_state *state,
                        struct draft *draft)
{
  uint64_t index = live_index(state, op->name);
  if (index < state->nlive)
    return index < 256 ? draft_as(draft, BYTES_CODE_FREE_1, index, 1, state, op)
                       : draft_as(draft, BYTES_CODE_FREE_2, index, 2, state, op);
  index = freed_index(state, op->name);
  return index < BYTES_FREED_MAX
             ? draft_as(draft, BYTES_CODE_FREE_AGAIN, index, 1, state, op)
             : draft_as(draft, BYTES_CODE_FREE_NAME, op->name, 8, state, op);
}

/* The free of its name, with the form of the size and the size behind it. */
static bool encode_resize(const struct trace_op *op, const struct bytes_state *state,
                          struct draft *draft)
{
  const struct trace_op frees = {.kind = OP_FREE, .name = op->name};
  uint64_t edge;
  enum bytes_size form = size_form_of(op->number, state, &edge);
  static const unsigned size_bytes[] = {1, 2, 1, 8};
  if (!encode_free(&frees, state, draft)) return false;
  draft->data[0] |= BYTES_MORE;
  draft_put(draft, form, 1);
  draft_put(draft, form == BYTES_SIZE_EDGE ? edge : op->number, size_bytes[form]);
  return draft_means(draft, state, op);
}

static bool encode_scavenge(const struct trace_op *op, const struct bytes_state *state,
                            struct draft *draft)
{
  uint64_t pages = op->number / state->page_bytes;
  return draft_as(draft, BYTES_CODE_SCAVENGE_1, pages, 1, state, op) ||
         draft_as(draft, BYTES_CODE_SCAVENGE_2, pages, 2, state, op) ||
         draft_as(draft, BYTES_CODE_SCAVENGE_8, op->number, 8, state, op);
}

static bool encode_refuse(const struct trace_op *op, const struct bytes_state *state,
                          struct draft *draft)
{
  if (op->number < BYTES_ESCAPE_REFUSE)
    return draft_as(draft, BYTES_CODE_REFUSE, op->number, 1, state, op);
  *draft = draft_of(BYTES_CODE_REFUSE, BYTES_ESCAPE_REFUSE, 1);
  draft_put(draft, op->number, 8);
  return draft_means(draft, state, op);
}

static bool encode_region(const struct trace_op *op, const struct bytes_state *state,
                          struct draft *draft)
{
  unsigned down = op->down ? 16 : 0;
  for (unsigned choice = 0; choice < 128; choice++) {
    unsigned base = choice % 16, offset = choice / 16;
    if (base != BYTES_ESCAPE_REGION &&
        draft_as(draft, BYTES_CODE_REGION, base | down | offset << 5, 1, state, op))
      return true;
  }
  *draft = draft_of(BYTES_CODE_REGION, BYTES_ESCAPE_REGION | down, 1);
  draft_put(draft, op->address, 8);
  return draft_means(draft, state, op);
}

/* An operation with an address, in one form of address and one extra. */
static bool encode_address_as(const struct trace_op *op, unsigned code, unsigned anchor,
                              enum bytes_address form, unsigned extra, uint64_t edge,
                              const struct bytes_state *state, struct draft *draft)
{
  static const unsigned operand_bytes[4] = {1, 2, 1, 8}; /* of addresses, and of sizes */
  uint64_t unit = state->page_bytes *
                  (form == BYTES_ADDRESS_ARENAS ? state->arena_pages : 1);
  uint64_t from = state->nanchors > anchor ? state->anchors[anchor] : 0;
  /* Rounded down either way; in two's complement where it lies below. */
  uint64_t offset = op->address >= from
                        ? (op->address - from) / unit
                        : 0 - ((from - op->address) + unit - 1) / unit;
  *draft = draft_of(code, anchor | (unsigned)form << 3 | extra << 5, 1);
  draft_put(draft, form == BYTES_ADDRESS_8 ? op->address : offset, operand_bytes[form]);
  if (code % BYTES_MORE == BYTES_CODE_ADD)
    draft_put(draft, extra == BYTES_SIZE_EDGE ? edge : op->number, operand_bytes[extra]);
  return draft_means(draft, state, op);
}

static bool encode_address_with(const struct trace_op *op, unsigned code, unsigned extra,
                                uint64_t edge, const struct bytes_state *state,
                                struct draft *draft)
{
  static const enum bytes_address forms[3] = {
      BYTES_ADDRESS_PAGES_1, BYTES_ADDRESS_ARENAS, BYTES_ADDRESS_PAGES_2};
  for (unsigned form = 0; form < 3; form++)
    for (unsigned anchor = 0; anchor < BYTES_ANCHORS_MAX; anchor++)
      if (encode_address_as(op, code, anchor, forms[form], extra, edge, state, draft))
        return true;
  return false;
}

static bool encode_address(const struct trace_op *op, unsigned code,
                           const struct bytes_state *state, struct draft *draft)
{
  uint64_t edge = 0;
  unsigned extra = 0;
  if (code % BYTES_MORE == BYTES_CODE_ADD)
    extra = (unsigned)size_form_of(op->number, state, &edge);
  if (encode_address_with(op, code, extra, edge, state, draft)) return true;
  for (unsigned other = 1; code == BYTES_CODE_LOOKUP && other < 4; other++)
    if (encode_address_with(op, code, other, edge, state, draft)) return true;
  return encode_address_as(op, code, 0, BYTES_ADDRESS_8, extra, edge, state, draft);
}

static bool encode_op(const struct trace_op *op, const struct bytes_state *state,
                      struct draft *draft)
{
  switch ((enum op_kind)op->kind) {
  case OP_HEAP:
  case OP_MANUAL: return encode_allocation(op, state, draft);
  case OP_CLAIM: return encode_address(op, BYTES_CODE_ADD | BYTES_MORE, state, draft);
  case OP_RESIZE: return encode_resize(op, state, draft);
  case OP_FREE: return encode_free(op, state, draft);
  case OP_FREE_AT: return encode_address(op, BYTES_CODE_FREE_AT, state, draft);
  case OP_SCAVENGE: return encode_scavenge(op, state, draft);
  case OP_REFUSE: return encode_refuse(op, state, draft);
  case OP_ADD: return encode_address(op, BYTES_CODE_ADD, state, draft);
  case OP_LOOKUP: return encode_address(op, BYTES_CODE_LOOKUP, state, draft);
  case OP_DUMP: *draft = draft_of(BYTES_CODE_DUMP, 0, 0); return true;
  case OP_REGION: return encode_region(op, state, draft);
  case OP_RELEASE:
  case OP_RELOAD: /* those whom the bytes are for have neither */
  case OP_KINDS: break;
  }
  return false;
}

/* --- A whole trace -------------------------------------------------------- */

struct encoder {
  const struct trace *trace;
  struct trace_error *error;
  struct names names;
  struct bytes_state state;
  uint8_t *buf;
  size_t capacity, size;
};

/* operation: its number, or trace->nops where it is about none. */
static bool refuse(struct encoder *encoder, size_t operation, const char *why)
{
  const struct trace *trace = encoder->trace;
  struct trace_error *error = encoder->error;
  error->line = operation < trace->nops ? trace->ops[operation].line : 0;
  if (error->line > 0 || operation == trace->nops)
    snprintf(error->text, sizeof error->text, "%s", why);
  else
    snprintf(error->text, sizeof error->text, "operation %zu: %s", operation, why);
  return false;
}

/* The operation as the bytes have it: renumbered, and no more than its kind has. */
static bool renumber(struct encoder *encoder, size_t operation, struct trace_op *plain)
{
  const struct trace_op *op = &encoder->trace->ops[operation];
  bool has_request = op->kind == OP_HEAP || op->kind == OP_MANUAL;
  bool allocates = has_request || op->kind == OP_CLAIM;
  size_t number = 0;
  *plain = (struct trace_op){.kind = op->kind};
  if (op->kind >= OP_KINDS)
    return refuse(encoder, operation, "expected a known operation");
  if (op_is_apart((enum op_kind)op->kind))
    return refuse(encoder, operation, "expected no release and no reload");
  const struct op_form *form = &trace_op_forms[op->kind];
  if (form->has_name) {
    number = names_find(&encoder->names, op->name);
    if (allocates && number != NAME_UNKNOWN)
      return refuse(encoder, operation, "expected a new name, got one again");
    if (!allocates && number == NAME_UNKNOWN)
      return refuse(encoder, operation, "expected a name that was allocated before");
    if (allocates && !names_add(&encoder->names, op->name))
      return refuse(encoder, operation, "expected a smaller trace: memory ran out");
    plain->name = allocates ? encoder->names.count - 1 : number;
  }
  if (form->has_address) plain->address = op->address;
  if (form->number != NULL) plain->number = op->number;
  plain->down = op->kind == OP_REGION && op->down;
  if (!has_request) return true;
  plain->has_align = op->has_align;
  plain->align = op->align;
  plain->phase = op->phase;
  plain->from = op->from;
  plain->has_below = op->has_below;
  plain->below = op->below;
  plain->fit = op->fit;
  return true;
}

static bool put_draft(struct encoder *encoder, size_t operation, const struct draft *draft)
{
  if (draft->size > encoder->capacity - encoder->size)
    return refuse(encoder, operation, "expected a larger buffer for the bytes");
  memcpy(encoder->buf + encoder->size, draft->data, draft->size);
  encoder->size += draft->size;
  return true;
}

static bool put_op(struct encoder *encoder, size_t operation)
{
  struct draft draft;
  struct trace_op op;
  if (!renumber(encoder, operation, &op)) return false;
  if (!encode_op(&op, &encoder->state, &draft))
    return refuse(encoder, operation,
                  "expected an address that is a multiple of the page");
  if (!put_draft(encoder, operation, &draft)) return false;
  bytes_follow(&encoder->state, op);
  return true;
}

/* The header and the regions it stands for; *first is the operation after them. */
static bool put_header(struct encoder *encoder, size_t *first)
{
  struct bytes_header header;
  struct draft draft = encode_header(encoder->trace, &header);
  bytes_begin(&encoder->state, header);
  for (*first = 0; *first < header_regions(header); ++*first)
    bytes_follow(&encoder->state, encoder->trace->ops[*first]);
  return put_draft(encoder, encoder->trace->nops, &draft);
}

bool bytes_encode(const struct trace *trace, uint8_t *buf, size_t capacity,
                  size_t *size, struct trace_error *error)
{
  struct encoder encoder = {
      .trace = trace, .error = error, .buf = buf, .capacity = capacity};
  struct trace fitted = *trace;
  size_t operation = 0;
  *size = 0;
  *error = (struct trace_error){0};
  if (!trace_fit(&fitted, error)) return false;
  bool encoded = put_header(&encoder, &operation);
  for (; encoded && operation < trace->nops; operation++)
    encoded = put_op(&encoder, operation);
  names_free(&encoder.names);
  if (encoded) *size = encoder.size;
  return encoded;
}

uint8_t *bytes_new(const struct trace *trace, size_t *size, struct trace_error *error)
{
  size_t capacity = BYTES_HEADER_MAX + BYTES_OP_MAX * trace->nops;
  uint8_t *bytes = malloc(capacity);
  *error = (struct trace_error){.text = "out of memory"};
  if (bytes != NULL && bytes_encode(trace, bytes, capacity, size, error)) return bytes;
  free(bytes);
  return NULL;
}
