/* The kernel's allocators as peers. They are in a shared object of their own (build.sh),
 * which `bench` loads where it is there. */
#ifndef SPANREF_BENCH_KERNEL_PEERS_H
#define SPANREF_BENCH_KERNEL_PEERS_H

#include "../peer.h"

extern const struct peer peer_genalloc, peer_drm_mm, peer_maple, peer_vmalloc;

#endif
