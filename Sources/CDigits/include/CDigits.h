// The UCI handwritten digits, embedded in the binary. Source and licence: README.md beside this folder.
#ifndef WEFT_DIGITS_H
#define WEFT_DIGITS_H

#include <stddef.h>

/// Bytes of one record: 64 pixels (8x8, row by row, 0 to 16), then the label (0 to 9).
enum { weft_digits_record_size = 65 };

/// `weft_digits_count` records, one after the other.
extern const unsigned char weft_digits[];
/// The number of records.
extern const size_t weft_digits_count;

/// The first byte, for languages that do not see arrays of unknown size.
static inline const unsigned char *weft_digits_bytes(void) { return weft_digits; }

#endif
