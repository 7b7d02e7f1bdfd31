// What the families' files share: expectations, pseudo-random numbers, and elements of any type, converted by
// arithmetic of their own.
#ifndef CHECK_H
#define CHECK_H

#include <CWeft.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DTYPES = 13 };

/// Starts a family; the line about the one before is printed when the next begins, and at the end.
void begin(const char *family);
/// Ends the last family; whether all expectations of all families held.
bool finish(void);

void expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
/// NaN and infinities must be the same; else the numbers may lie `tolerance` apart.
void expect_near(double found, double expected, double tolerance, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/// The same sequence on every machine, in [-1, 1).
double number(void);
/// In low ... high.
int64_t whole(int64_t low, int64_t high);

extern const char *const dtype_names[DTYPES];
size_t element_bytes(int32_t dtype);
bool is_real(int32_t dtype);
/// The distance from 1 to the next number of a floating dtype.
double precision(int32_t dtype);
/// `value` as the nearest number of a floating dtype, half to even.
double rounded(int32_t dtype, double value);
/// The smallest and largest value of an integer dtype.
__int128 lowest(int32_t dtype);
__int128 highest(int32_t dtype);

double real_at(int32_t dtype, const void *data, int64_t index);
void set_real(int32_t dtype, void *data, int64_t index, double value);
__int128 whole_at(int32_t dtype, const void *data, int64_t index);
/// Keeps the low bits; bool keeps whether there are any.
void set_whole(int32_t dtype, void *data, int64_t index, __int128 value);
/// Of either kind.
double value_at(int32_t dtype, const void *data, int64_t index);
void set_value(int32_t dtype, void *data, int64_t index, double value);

/// Zeroed memory for `count` elements.
void *make(int32_t dtype, int64_t count);
/// The same, with floating elements in [-1, 1) and integers in -5 ... 5 (0 ... 5 where unsigned, 0 and 1 of bool).
void *make_random(int32_t dtype, int64_t count);
/// Row-major strides.
void dense_strides(int32_t rank, const int64_t *sizes, int64_t *strides);

/// A program with the instructions given, whose inputs are registers 0 on, followed by the position (no parameters or
/// constants) and the temporaries; its one output is the last instruction's destination.
weft_program *make_program(int32_t compute, int32_t inputs, int32_t count, const weft_instruction *instructions,
                           bool clamps);

void check_formulas(void);
void check_pairs(void);
void check_pieces(void);
void check_conversions(void);
void check_maps(void);
void check_byte_maps(void);
void check_direct_maps(void);
void check_rounded_once(void);
void check_reductions(void);
void check_sums(void);
void check_normalizations(void);
void check_cross_entropy(void);
void check_products(void);
void check_convolutions(void);
void check_whole_convolutions(void);
void check_memory(void);
void check_recent(void);
void check_last_passes(void);
void check_pools(void);
void check_quantized(void);
void check_recurrent(void);
void check_attention(void);
void check_random(void);
void check_indexing(void);
void check_bags_of_rows(void);
void check_scans(void);
void check_grids(void);
void check_distances(void);
void check_padding(void);
void check_special(void);
void check_transforms(void);
void check_threads(void);
void check_launches(void);
void check_trees(void);

#endif
