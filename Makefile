# spanref: see `make help`. Knobs: CC, CFLAGS, SECONDS, BUILD.
CC      ?= cc
CFLAGS  ?= -O2 -g
BUILD   ?= build
SECONDS ?= 30

WARN     = -Wall -Wextra -Wpedantic -Wshadow -Wconversion
CSTD     = -std=c99 -D_POSIX_C_SOURCE=200809L
COMPILE  = $(CC) $(CSTD) $(WARN) $(CFLAGS) -MMD -MP

ROOMS    = ref opt candidates fuzz cli
SOURCES  = $(filter-out $(ROOMS:%=%/test_%) cli/main.c cli/recorder.c,\
             $(foreach r,$(ROOMS),$(wildcard $(r)/*.c)))
OBJECTS  = $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY  = $(BUILD)/libspanref.a
TOOL     = $(BUILD)/spanref
RECORDER = $(BUILD)/libspanref-record.so

all: $(TOOL) $(RECORDER)  ## build the tool and the recorder

$(TOOL): $(BUILD)/cli/main.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(LIBRARY): $(OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

$(RECORDER): cli/recorder.c
	@mkdir -p $(@D)
	$(CC) -std=c99 $(WARN) -O2 -g -fPIC -shared -o $@ $< -ldl -lpthread

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

clean:  ## remove what was built
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(BUILD)/cli/main.d

.PHONY: all help clean
