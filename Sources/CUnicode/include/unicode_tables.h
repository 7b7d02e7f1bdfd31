// What WeftText knows of Unicode, as scripts/make_unicode_tables.py found it.
#ifndef WEFT_UNICODE_TABLES_H
#define WEFT_UNICODE_TABLES_H

#include <stdint.h>

struct weft_table {
  const uint32_t *values;
  int count;
};

struct weft_short_table {
  const uint16_t *values;
  int count;
};

// Properties: the low five bits are a general category (Cn is 0; Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po
// Sm Sc Sk So Zs Zl Zp Cc Cf Co Cs follow), the flags stand above. A run is a scalar << 11 | the index of its value.
struct weft_table weft_property_values(void);
struct weft_table weft_property_runs(void);

// Canonical combining classes, and the scripts of UnicodeScripts: a run is a scalar << 8 | the value.
struct weft_table weft_class_runs(void);
struct weft_table weft_script_runs(void);

// Mappings of a scalar to several: keys in order, the ends of their expansions, and the expansions.
struct weft_table weft_canonical_keys(void);
struct weft_short_table weft_canonical_ends(void);
struct weft_table weft_canonical_pool(void);
struct weft_table weft_compatible_keys(void);
struct weft_short_table weft_compatible_ends(void);
struct weft_table weft_compatible_pool(void);
struct weft_table weft_lowercase_keys(void);
struct weft_short_table weft_lowercase_ends(void);
struct weft_table weft_lowercase_pool(void);

// First, second and composite, in the order of the first two.
struct weft_table weft_compositions(void);

// Pairs: a scalar, and the one that it is the same as where case does not matter.
struct weft_table weft_folds(void);

// Sets with names (scripts and binary properties): the ends of their ranges, and the ranges (first, one past the last).
int weft_set_count(void);
const char *weft_set_name(int index);
struct weft_short_table weft_set_ends(void);
struct weft_table weft_set_ranges(void);

#endif
