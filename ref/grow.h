#ifndef SPANREF_REF_GROW_H
#define SPANREF_REF_GROW_H
#include "../spec/model.h"
#include "../spec/os.h"
#define GROW_HEADROOM 5
enum span_status span_grow(struct span_heap *h, struct span_os *os, uint64_t npages);
#endif
