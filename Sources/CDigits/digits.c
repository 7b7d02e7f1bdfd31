#include "CDigits.h"

// #embed is C23; clang offers it in every mode, with a warning that it is an extension there.
#pragma clang diagnostic ignored "-Wc23-extensions"

const unsigned char weft_digits[] = {
#embed "digits.bin"
};

const size_t weft_digits_count = sizeof weft_digits / weft_digits_record_size;

_Static_assert(sizeof weft_digits == 1797 * weft_digits_record_size, "digits.bin is incomplete: run make_digits.py");
