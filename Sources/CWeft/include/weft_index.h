// Kernels that move elements by index, and those that order or scan an axis.
//
// Every operand has a stride for each axis of the `shape` passed. Indices are int64 and, but for `weft_gather`, must be
// in range already (`weft_index_range` checks); a negative index counts from the end of its axis.
#ifndef WEFT_INDEX_H
#define WEFT_INDEX_H

#include "weft_types.h"

/// The smallest and largest index and, unless both are NULL, their first positions (row-major over `shape`), for which
/// parts are read again. Count 0 leaves all of them 0.
void weft_index_range(int32_t rank, const int64_t *shape, const weft_operand *index, int64_t *smallest,
                      int64_t *largest, int64_t *smallest_position, int64_t *largest_position);

/// output[i] = source[i with i[axis] replaced by index[i]], for i over `shape` (that of index and output).
/// `axis_size` is the source's size along `axis`. source and output have one dtype. Indices may be anything here: false
/// where one lies outside the axis, or is negative without `from_end`; nothing outside of the source is read, and the
/// output holds nothing of use then.
bool weft_gather(int32_t rank, const int64_t *shape, int32_t axis, int64_t axis_size, bool from_end,
                 const weft_operand *source, const weft_operand *index, const weft_operand *output);

/// How a scattered value meets the one in place.
typedef enum { WEFT_SCATTER_SET, WEFT_SCATTER_ADD, WEFT_SCATTER_MAXIMUM, WEFT_SCATTER_MINIMUM,
               WEFT_SCATTER_PRODUCT } weft_scatter_mode;

/// target[i with i[axis] replaced by index[i]] (mode)= source[i], for i over `shape` (that of index and source).
/// Equal indices meet in ascending order of i: the result does not depend on the number of threads. source and target
/// have one dtype, or the source has half precision and the target float32.
void weft_scatter(int32_t rank, const int64_t *shape, int32_t axis, int64_t axis_size, weft_scatter_mode mode,
                  const weft_operand *source, const weft_operand *index, const weft_operand *target);

/// output[r, :] = table[index[r], :], table and output contiguous rows of `width` elements, index contiguous.
void weft_take_rows(int64_t count, int64_t width, int32_t dtype, int64_t table_rows, const void *table,
                    const int64_t *index, void *output);
/// output[b, :] = Σ table[index[i], :] over bounds[b] ≤ i < bounds[b + 1], one after another, without the row `skipped`;
/// everything contiguous. The table's type is a floating-point one, the sums' float32, or float64 of a table of that.
typedef struct {
  int64_t count, width, skipped;
  int32_t dtype;
  const void *table;
  const int64_t *index, *bounds;
  void *output;
} weft_bags;

void weft_sum_bags(const weft_bags *bags);

/// table[index[r], :] += source[r, :], in ascending order of r for each row of the table. Dtypes as of `weft_scatter`.
void weft_add_rows(int64_t count, int64_t width, int32_t source_dtype, int32_t table_dtype, int64_t table_rows,
                   const void *source, const int64_t *index, void *table);

/// counts[values[i]]++ for contiguous values in 0 ..< length.
void weft_count_integers(int64_t count, const int64_t *values, int64_t length, int64_t *counts);
/// places[k][i]: how many elements of list k, sorted and of `length` elements, are smaller than values[k][i], or with
/// `right` also equal; NaN counts as larger than any number. All contiguous, of float32, float64 or int64.
void weft_search_sorted(int32_t dtype, bool right, int64_t lines, int64_t length, const void *lists, int64_t count,
                        const void *values, int64_t *places);

/// The different ones of contiguous values, in ascending order: where each stands first, where each value is among them,
/// and how often. Each NaN differs from every other and is larger than any number. All three have room for `count`
/// elements. Returns how many different ones there are, or -1 where there was no memory.
int64_t weft_unique(int32_t dtype, int64_t count, const void *values, int64_t *firsts, int64_t *inverse,
                    int64_t *counts);

/// output[k][i][j] = Σ weights[t] · input[k][places[t]][j] over the taps t from starts[i] up to starts[i + 1]: an axis of
/// `length` brought to `size`, with `outer` axes before it and `inner` behind. Contiguous, of float32 or float64, as the
/// weights are; added up in the order of the taps.
void weft_resample(int32_t dtype, int64_t outer, int64_t length, int64_t size, int64_t inner, const int64_t *starts,
                   const int32_t *places, const void *weights, const void *input, void *output);

/// output[k][i][j] = input[k][places[i]][j] of elements of `size` bytes (1, 2, 4, 8): an axis of `length` brought to
/// `count`, with `outer` axes before it and `inner` behind. Contiguous; each place lies in the axis.
void weft_pick(int64_t size, int64_t outer, int64_t length, int64_t count, int64_t inner, const int32_t *places,
               const void *input, void *output);

/// What continues a tensor beyond its ends: one value; its own elements mirrored at the outermost, which are not repeated;
/// the outermost repeated; those from the other end.
typedef enum { WEFT_PAD_CONSTANT, WEFT_PAD_REFLECT, WEFT_PAD_REPLICATE, WEFT_PAD_CIRCULAR } weft_pad_mode;

/// output[i] = input[i - before] where the input, of `sizes`, has that, and what the mode says elsewhere. The output, of
/// `shape`, is without gaps. Amounts may be negative with WEFT_PAD_CONSTANT alone; `value` is one element.
void weft_pad(weft_pad_mode mode, int32_t rank, const int64_t *before, const int64_t *shape, const int64_t *sizes,
              const weft_operand *input, const void *value, void *output);

/// The positions (row-major over `shape`) of elements other than zero, ascending, written to `positions` if it is
/// not NULL. Returns how many there are.
int64_t weft_nonzero(int32_t rank, const int64_t *shape, const weft_operand *mask, int64_t *positions);

/// The index of each of ascending row-major positions: [count, rank], contiguous.
void weft_coordinates(int64_t count, const int64_t *positions, int32_t rank, const int64_t *shape, int64_t *indices);

typedef enum { WEFT_SCAN_SUM, WEFT_SCAN_PRODUCT } weft_scan_mode;
/// output[..., j] = input[..., 0] (mode) ... (mode) input[..., j] along `axis`; the floating types accumulate in
/// float64.
void weft_scan(int32_t rank, const int64_t *shape, int32_t axis, weft_scan_mode mode, const weft_operand *input,
               const weft_operand *output);

/// The scores of connectionist temporal classification, [steps, batch, states], logarithms: of all beginnings of paths
/// that end in a state at each step, or of all ends that come after it (`backward`). A path stays, goes on to the next
/// state, or, where `skips` [batch, states] says so, comes from the one before; after its length a sequence stands still.
/// `least` stands for the logarithm of 0. `ends` [batch, states] are the scores of the last step backward. Contiguous, of
/// float32 or float64.
void weft_ctc_scores(int32_t dtype, int64_t steps, int64_t batch, int64_t states, bool backward, double least,
                     const void *emissions, const uint8_t *skips, const int64_t *lengths, const void *ends,
                     void *scores);

/// The largest (or smallest) element so far along `axis`, and its position along it (int64): the last of equals; NaN wins
/// and stays.
void weft_scan_extreme(int32_t rank, const int64_t *shape, int32_t axis, bool largest, const weft_operand *input,
                       const weft_operand *values, const weft_operand *positions);

/// The position along `axis` of the largest (or smallest) element, the first of equals; NaN counts as both.
/// `output` is int64; its stride along `axis` is ignored. The axis must not be empty.
void weft_arg_reduce(int32_t rank, const int64_t *shape, int32_t axis, bool largest, const weft_operand *input,
                     const weft_operand *output);

/// Stable sort along `axis`; NaN counts as larger than any number. Writes the first `count` values and their positions
/// (int64) in the sorted order; outputs have size `count` along the axis.
void weft_sort(int32_t rank, const int64_t *shape, int32_t axis, bool descending, int64_t count,
               const weft_operand *input, const weft_operand *values, const weft_operand *positions);

/// Philox 4x32-10. Element i of a stream depends on (seed, offset, i) alone, not on threads or instruction set.
/// `output` is contiguous, of a floating dtype. Uniform is in [low, high).
void weft_random_uniform(uint64_t seed, uint64_t offset, int64_t count, double low, double high, int32_t dtype,
                         void *output);
void weft_random_normal(uint64_t seed, uint64_t offset, int64_t count, double mean, double deviation,
                        int32_t dtype, void *output);
/// 1 with the given probability, else 0; any dtype.
void weft_random_bernoulli(uint64_t seed, uint64_t offset, int64_t count, double probability, int32_t dtype,
                           void *output);
/// Integers in [low, high); integer dtypes.
void weft_random_integers(uint64_t seed, uint64_t offset, int64_t count, int64_t low, int64_t high, int32_t dtype,
                          void *output);
/// A permutation of 0 ..< count (Fisher-Yates), int64.
void weft_random_permutation(uint64_t seed, uint64_t offset, int64_t count, int64_t *output);

#endif
