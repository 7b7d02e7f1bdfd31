// What the status codes mean.
#include "status.h"

#include "weft_dnnl.h"

const char *weft_status_message(int32_t status) {
  static const char *const messages[WEFT_STATUS_COUNT] = {
      [WEFT_OK] = "no error",
      [WEFT_OUT_OF_MEMORY] = "out of memory in a matrix product or convolution",
      [WEFT_BAD_DESCRIPTION] = "the sizes of a matrix product or convolution do not fit together",
      [WEFT_UNSUPPORTED_DTYPE] = "this element type is not supported by this kernel",
      [WEFT_NO_PRIMITIVE] = "oneDNN offers no implementation of this matrix product or convolution",
      [WEFT_PRIMITIVE_FAILED] = "oneDNN failed to run a matrix product or convolution",
  };
  return status >= 0 && status < WEFT_STATUS_COUNT ? messages[status] : "unknown status";
}
