#include "peers.h"

/* Ends with NULL. */
extern const struct peer *const kernel_peers[];
__attribute__((visibility("default"))) const struct peer *const kernel_peers[] = {
    &peer_genalloc, &peer_drm_mm, &peer_maple, &peer_vmalloc, NULL};
