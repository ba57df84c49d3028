/* newlib's, of which its malloc takes the type that is as long as a pointer. */
#define _POINTER_INT long
