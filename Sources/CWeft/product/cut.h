// How finely work for oneDNN is cut (private).
#ifndef WEFT_CUT_H
#define WEFT_CUT_H

#include <stdint.h>

/// Into how many pieces this many multiply-adds are worth cutting: a few that outweigh what a call costs, more only of
/// a size that nothing is lost by. It knows nothing of threads, so that results do not depend on them.
static inline int64_t weft_pieces_worth(double multiplications) {
  enum { SMALL = 1 << 19, LARGE = 1 << 22, FEW = 4, MANY = 64 };
  double few = multiplications / SMALL, many = multiplications / LARGE;
  if (many > MANY) return MANY;
  if (many > FEW) return (int64_t)many;
  return few > FEW ? FEW : few > 1 ? (int64_t)few : 1;
}

#endif
