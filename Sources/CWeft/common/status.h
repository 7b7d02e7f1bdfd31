// Status codes of the heavy kernels (private; `weft_status_message` gives their text).
#ifndef WEFT_STATUS_H
#define WEFT_STATUS_H

enum {
  WEFT_OK = 0,
  WEFT_OUT_OF_MEMORY,
  WEFT_BAD_DESCRIPTION,
  WEFT_UNSUPPORTED_DTYPE,
  WEFT_NO_PRIMITIVE,
  WEFT_PRIMITIVE_FAILED,
  WEFT_STATUS_COUNT,
};

#endif
