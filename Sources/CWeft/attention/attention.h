// The parts of attention (private). Queries lie along vector lanes, so that the softmax of a block of queries needs no
// sums across a vector: scores are [key][query].
#ifndef WEFT_ATTENTION_PARTS_H
#define WEFT_ATTENTION_PARTS_H

#include "weft_attention.h"

enum { WEFT_ATTENTION_KEYS = 64, WEFT_ATTENTION_VECTORS = 2 };

/// A block of scores, [keys][queries]: WEFT_ATTENTION_VECTORS vectors of queries.
typedef struct {
  int64_t keys, first_key, first_query;
  double scale;
  bool causal;
  const void *bias;  // as the scores, or NULL
} weft_scores;

/// What is known of a block of queries after some keys: vectors of queries, and `output` [width][queries].
typedef struct {
  void *largest, *total, *output;
  int64_t width;
} weft_softmax;

/// c[m][n] = or += a[m][k] · b[k][n], n a multiple of the lanes; b's and c's columns are adjacent.
typedef struct {
  int64_t m, n, k;
  const void *a, *b;
  void *c;
  int64_t a_m, a_k, b_k, c_m;
  bool add;
} weft_panel;

enum { WEFT_FEW_QUERIES = 4 };

/// Up to WEFT_FEW_QUERIES queries of a head, which see all keys, in float32. Steps are from row to row, in numbers;
/// depth and width are whole vectors.
typedef struct {
  int64_t queries, keys, depth, width;
  int64_t query_step, key_step, value_step, output_step;
  const float *query, *key, *value;
  float scale;
  float *scores;  // room for [queries][pitch], the keys in whole vectors
  int64_t pitch;
  float *output, *logarithms;
} weft_few_queries;

typedef struct {
  int32_t size, lanes;  // of an element in bytes; of a vector
  void (*multiply)(const weft_panel *panel);
  /// Scores become weights relative to the largest so far; what was summed before is brought to the same scale.
  void (*soften)(const weft_scores *block, void *scores, const weft_softmax *state);
  /// Divides by the sums and writes the logarithms over `largest`.
  void (*finish)(const weft_softmax *state);
  /// Scores become weights, the weights' gradients those of the products of query and key.
  void (*differentiate)(const weft_scores *block, void *scores, void *gradients, const void *logarithms,
                        const void *offsets);
  /// Whether none of `count` numbers, whole vectors of them, is NaN or ∞.
  bool (*finite)(const void *numbers, int64_t count);
  /// All of attention for a few queries; false where sums are not finite, which is for the others to do. NULL in
  /// float64.
  bool (*few)(const weft_few_queries *few);
} weft_attention_kernels;

extern const weft_attention_kernels weft_attention_baseline[2], weft_attention_avx2[2], weft_attention_avx512[2];

/// A call, with what is the same for all its blocks.
typedef struct {
  const weft_attention_description *shape;
  const weft_attention_kernels *kernels;
  int32_t dtype, compute;                  // of the operands, of the sums
  int64_t block;                           // queries at a time
  int64_t heads, blocks;                   // of queries, in a head
  int64_t depth_pitch, width_pitch;        // padded to whole vectors
  int64_t packed;                          // keys that stand packed at once
} weft_attention_job;

/// Keys and values of one head in rows of whole vectors.
typedef struct {
  int64_t head, first;
  char *key, *value;
} weft_packed_keys;

int32_t weft_attention_prepare(weft_attention_job *job, const weft_attention_description *description);
/// The address of a head's first element.
char *weft_attention_head(const weft_attention_job *job, const weft_operand *operand, int64_t head);
/// Bytes of `count` numbers as they are summed.
size_t weft_attention_bytes(const weft_attention_job *job, int64_t rows, int64_t columns);
/// Makes key `first` and those after it stand packed; gives the address of its row in keys and values.
void weft_attention_load(const weft_attention_job *job, weft_packed_keys *keys, int64_t head, int64_t first,
                         const char **key, const char **value);
/// Rows first ..< first + count of a head, one along each lane: [features][block]; zeros where there are fewer.
void weft_attention_turn(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t head,
                         int64_t first, int64_t count, void *turned);
/// The same rows as they are, `pitch` apart.
void weft_attention_rows(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t pitch,
                         int64_t head, int64_t first, int64_t count, void *rows);
/// Writes rows, `pitch` apart, into a head.
void weft_attention_store(const weft_attention_job *job, const weft_operand *operand, int64_t features, int64_t pitch,
                          int64_t head, int64_t first, int64_t count, const void *rows);
/// Writes [features][block] into a head; `room` is as large.
void weft_attention_store_turned(const weft_attention_job *job, const weft_operand *operand, int64_t features,
                                 int64_t head, int64_t first, int64_t count, const void *turned, void *room);
/// The mask of a block of scores as what is to be added.
void weft_attention_bias(const weft_attention_job *job, int64_t head, const weft_scores *block, int64_t count,
                         void *bias);
/// Whether there are keys that some queries may not see.
bool weft_attention_hides(const weft_attention_job *job);
/// Scores, or what was made of them, become 0 where the query may not see the key.
void weft_attention_hide(const weft_attention_job *job, const weft_scores *block, void *scores);
/// sums [features][block] += the scores of each key times its row; `sparing`, a row that is not finite counts for those
/// who see it alone.
void weft_attention_over_keys(const weft_attention_job *job, const weft_scores *block, const void *scores,
                              const char *rows, int64_t features, int64_t pitch, char *sums, bool sparing);
/// sums [keys][pitch] += the scores of each query times its row; `sparing`, a row that is not finite counts for the
/// keys it sees alone.
void weft_attention_over_queries(const weft_attention_job *job, const weft_scores *block, int64_t count,
                                 const void *scores, const char *rows, int64_t pitch, char *sums, bool sparing);
/// How many keys the queries before `end` may attend to.
int64_t weft_attention_reach(const weft_attention_job *job, int64_t end);

#endif
