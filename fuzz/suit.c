#include "suit.h"

#include <stdlib.h>
#include <string.h>

#include "../trace/array.h"
#include "../trace/bytes.h"
#include "../trace/call.h"

/* Of real memory. */
#define PAGE_BYTES_MIN 64
#define PAGE_BYTES_MAX 65536

static bool page_suits(uint64_t page_bytes, bool is_in_bytes)
{
  bool is_power = (page_bytes & (page_bytes - 1)) == 0;
  bool is_usual = page_bytes >= PAGE_BYTES_MIN && page_bytes <= PAGE_BYTES_MAX;
  return is_power && (is_usual || !is_in_bytes);
}

/* The lowest two bits of the first byte choose the page; 0 is 8192 bytes. */
static bool decode_with_usual_page(struct suit *suit, const uint8_t *data, size_t size,
                                   struct trace *out)
{
  if (!ARRAY_ROOM(suit->bytes, 0, size, &suit->room)) return false;
  memcpy(suit->bytes, data, size);
  suit->bytes[0] &= 0xfc;
  return bytes_decode(suit->bytes, size, out);
}

/* Does the operation stay? Not where it asks for too much, nor where it is of a name that got
 * nothing because of that. *npages: what its name has from now on. An aligned allocation may take
 * as many pages more; what must be refused takes none. */
static bool stays(const struct suit *suit, const struct trace_op *op, uint64_t limit_pages,
                  uint64_t *npages)
{
  struct holding had = {false, 0, 0};
  bool is_known = holdings_find(&suit->asked, op->name, &had);
  if (op_takes_name(op->kind) && !is_known) return false;
  *npages = op->number <= SPAN_LIMIT_PAGES ? op->number : had.npages;
  if (op->kind == OP_FREE || op->kind == OP_CLAIM) *npages = 0;
  if (op->has_align) *npages += op->align < limit_pages ? op->align : limit_pages;
  return suit->live_pages - had.npages + *npages <= limit_pages;
}

/* false: out of memory. */
static bool count(struct suit *suit, uint64_t name, uint64_t npages)
{
  struct holding had = {false, 0, 0};
  (void)holdings_find(&suit->asked, name, &had);
  suit->live_pages += npages - had.npages;
  return holdings_set(&suit->asked, name, (struct holding){true, 0, npages});
}

static bool leave_out_too_much(struct suit *suit, struct trace *out)
{
  uint64_t limit_pages = SUIT_BYTES_MAX / out->page_bytes;
  size_t kept = 0;
  holdings_clear(&suit->asked);
  suit->live_pages = suit->pool_pages = 0;
  for (size_t i = 0; i < out->nops; i++) {
    struct trace_op op = out->ops[i];
    bool has_name = op_gives(op.kind) || op_takes_name(op.kind);
    uint64_t npages;
    if (op.kind == OP_ADD && op.number > limit_pages - suit->pool_pages) continue;
    if (op.kind == OP_ADD) suit->pool_pages += op.number;
    if (has_name && !stays(suit, &op, limit_pages, &npages)) continue;
    if (has_name && !count(suit, op.name, npages)) return false;
    out->ops[kept++] = op;
  }
  out->nops = kept;
  return true;
}

bool suit_decode(struct suit *suit, const struct about *about, const uint8_t *data, size_t size,
                 struct trace *out)
{
  bool is_in_bytes = about->memory == SPANREF_BYTES;
  if (!bytes_decode(data, size, out)) return false;
  if (!page_suits(out->page_bytes, is_in_bytes) && !decode_with_usual_page(suit, data, size, out))
    return false;
  return !is_in_bytes || leave_out_too_much(suit, out);
}

void suit_free(struct suit *suit)
{
  holdings_free(&suit->asked);
  free(suit->bytes);
}
