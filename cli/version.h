/* The version of the tool: what `spanref --version`, verdicts and pkg-config say. */
#ifndef SPANREF_VERSION_H
#define SPANREF_VERSION_H

#define SPANREF_VERSION "1"

#endif
