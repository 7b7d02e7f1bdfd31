/// The primitive kernels of a device. Operations are made of these; everything else is a composite.
///
/// Inputs may be any strided or broadcast views. Shapes and types are already checked. Results are new memory.
protocol Backend: LinearAlgebraBackend, FourierBackend, Sendable {
  // Formulas
  /// Evaluates an elementwise formula over the inputs broadcast to the outputs' common shape.
  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]
  /// The same, written into `targets`, which may be among the inputs.
  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], into targets: [Tensor])
  /// The same for many groups of tensors of one element type, with the same parameters.
  func map(_ formula: Formula, _ parameters: [Double], over items: [MapItem])
  /// Evaluates a row-wise formula along `axis`; an output of size 1 along it gets one value per row.
  func rowMap(
    _ formula: Formula, _ parameters: [Double], axis: Int, _ inputs: [Tensor], as outputs: [TensorSpec]
  ) -> [Tensor]
  /// Evaluates an elementwise formula and reduces each output over `axes`, which the outputs keep at size 1.
  func reduce(
    _ formula: Formula, _ parameters: [Double], by reductions: [Reduction], axes: [Int], _ inputs: [Tensor],
    as outputs: [TensorSpec]
  ) -> [Tensor]

  /// The softmax along an axis, or its logarithm; nil where the row map of its formula serves as well.
  func softmax(_ input: Tensor, axis: Int, logarithm: Bool) -> Tensor?
  /// The gradient of the softmax y along an axis, or of its logarithm, from that of y; nil where the row map serves as
  /// well.
  func softmaxGradient(_ gradient: Tensor, _ y: Tensor, axis: Int, logarithm: Bool) -> Tensor?
  /// Of each row of logits along an axis, with one class each, the largest m, Σe^(x - m) and x - m of the class, each
  /// `row`; nil where the operands lie in memory or are of types as the kernel does not take them.
  func crossEntropyRows(_ logits: Tensor, _ classes: Tensor, axis: Int, as row: TensorSpec) -> [Tensor]?
  /// The gradient of the logits from that of the mean cross-entropy, from g, n, logits, classes, m and log Σe^(x - m);
  /// 0 in rows whose class is `ignored`. nil as above.
  func crossEntropyGradient(_ inputs: [Tensor], axis: Int, ignored: Int) -> Tensor?
  /// Rows along the last axis of x, the first input, normalized, times the weight and plus the bias that may follow it:
  /// y, the rows' means if there are three `outputs`, else taken to be 0, and their scales. nil where the operands lie
  /// in memory or are of types as the kernel does not take them.
  func normalizedRows(_ inputs: [Tensor], epsilon: Double, as outputs: [TensorSpec]) -> [Tensor]?
  /// The gradients of x, and of the weight and the bias if `outputs` has them, from that of y, x, means and scales, and
  /// the weight if there is one; nil where types differ or there is no memory.
  func normalizedRowsGradient(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]?

  /// The value of a tensor of one element, for the types whose numbers the processor knows; nil for others.
  func number(_ tensor: Tensor) -> Double?
  /// Whether all elements of a contiguous tensor of float32 or float64 lie in low ... high; NaN does not.
  func isWithin(_ tensor: Tensor, _ low: Double, _ high: Double) -> Bool

  /// The last axes of a tensor continued beyond its ends, by amounts `before` that may be negative where `mode` is nil,
  /// up to the sizes of `spec`: with `value`, or with the tensor's own elements. The result lies as the input does.
  func padded(_ input: Tensor, before: [Int], value: Double, mode: Continuation?, as spec: TensorSpec) -> Tensor
  // Indexing: indices are int64 and in 0 ..< the axis's size; values and targets have one dtype.
  func indexRange(_ indices: Tensor) -> IndexRange
  /// The row-major positions where the smallest and the largest first stand, for messages.
  func indexRangePositions(_ indices: Tensor) -> (smallest: Int, largest: Int)
  /// result[i] = source[i with i[axis] replaced by indices[i]]; nil where an index is out of range. Negative ones count
  /// from the end, or are out of range.
  func gather(_ source: Tensor, _ indices: Tensor, axis: Int, fromEnd: Bool) -> Tensor?
  /// target[i with i[axis] replaced by indices[i]] becomes values[i], or has it added; equal places in order of i. Sums
  /// and products of half precision are kept in float32 and rounded once.
  func scatter(_ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, adding: Bool)
  /// The same, with the values brought together with what is in place.
  func scatter(_ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, by reduction: Reduction)
  /// result[r, :] = table[indices[r], :].
  func takeRows(_ table: Tensor, _ indices: Tensor) -> Tensor
  /// The sums, of the type of `output`, of a table's rows at the indices of each bag; `bounds` says where bags begin and
  /// the last one ends. The row `skipping` is left out.
  func sumBags(_ table: Tensor, _ indices: Tensor, bounds: [Int], skipping: Int?, as output: TensorSpec) -> Tensor
  /// table[indices[r], :] += rows[r, :], for a contiguous table; half precision adds up in float32.
  func addRows(_ rows: Tensor, _ indices: Tensor, into table: Tensor)
  /// How often each of the integers 0 ..< `length` is among `values`, int64 with one axis.
  func counts(of values: Tensor, below length: Int) -> Tensor
  /// Where each of `values` [..., m] goes in sorted `lists` [..., n] (of float32, float64 or int64): in front of equal
  /// elements, or behind them; NaN counts as larger than any number.
  func searchSorted(_ lists: Tensor, _ values: Tensor, right: Bool) -> Tensor
  /// The different ones of the elements of one axis, in ascending order: where each stands first, where each element is
  /// among them, and how often; each NaN by itself, last. nil where there is no memory for it.
  func unique(_ values: Tensor) -> (firsts: Tensor, inverse: Tensor, counts: Tensor)?
  /// An axis of an input of float32 or float64 resampled by sums of a few elements; the result lies as the input does.
  func resample(_ input: Tensor, axis: Int, by sums: ResampleSums) -> Tensor
  /// The scores of a lattice's paths, [steps, batch, states], as `weft_ctc_scores` says.
  func ctcScores(
    _ emissions: Tensor, skips: Tensor, lengths: Tensor, ends: Tensor, least: Double, backward: Bool
  ) -> Tensor
  /// An axis of which each element of the result is the input's at one of `places`; the result lies as the input does.
  func pick(_ input: Tensor, axis: Int, places: [Int32]) -> Tensor
  /// The pixels [N, C, points...] of an image at the positions of a grid, both of float32 or both of float64.
  func gridSample(_ sampling: GridSampling, _ image: Tensor, _ grid: Tensor, as output: TensorSpec) -> Tensor
  /// The gradient of the image, of the shape `output`, from that of its samples.
  func gridImageGradient(
    _ sampling: GridSampling, _ gradient: Tensor, grid: Tensor, as output: TensorSpec
  ) -> Tensor
  /// The gradient of the grid, for samples between pixels.
  func gridPositionsGradient(
    _ sampling: GridSampling, _ gradient: Tensor, image: Tensor, grid: Tensor
  ) -> Tensor
  /// The indices [n, rank] of ascending row-major positions [n] in a shape.
  func coordinates(of positions: Tensor, in shape: Shape) -> Tensor
  /// The number of elements other than zero.
  func nonzeroCount(_ tensor: Tensor) -> Int
  /// The row-major positions of the `count` elements other than zero.
  func nonzeroPositions(_ tensor: Tensor, count: Int) -> Tensor
  /// The first `count` of each line along `axis` in stable order, NaN largest, and where they stood (int64).
  func sort(_ input: Tensor, axis: Int, descending: Bool, count: Int) -> (values: Tensor, positions: Tensor)
  /// The positions along `axis` of the largest (or smallest) elements, the first of equals; NaN counts as both. int64,
  /// `axis` kept at size 1.
  func argReduce(_ input: Tensor, axis: Int, largest: Bool) -> Tensor
  /// The largest (or smallest) so far along `axis`, and its place (int64), the last of equals; NaN wins and stays.
  func runningExtreme(_ input: Tensor, axis: Int, largest: Bool) -> (values: Tensor, places: Tensor)
  /// Each element brought together with those before it along `axis`.
  func scan(_ input: Tensor, axis: Int, multiplies: Bool) -> Tensor

  // Distances of the rows of a [..., rows, n] from those of b, whose leading axes broadcast.
  /// How many differences are not 0, or Σ|d|, Σd² or the largest |d|, as the order (0, 1, 2, ∞) has it, [..., rows, rows]
  /// of float32 or float64; nil where the formulas do as well.
  func distanceSums(order: Double, _ a: Tensor, _ b: Tensor, as output: TensorSpec) -> Tensor?
  /// The gradient of `rows` from that of their distances y from `others`, or of the others' from them if `isTurned`; nil
  /// where the formulas do as well.
  func distanceGradient(
    order: Double, _ gradient: Tensor, rows: Tensor, others: Tensor, y: Tensor, isTurned: Bool, as output: TensorSpec
  ) -> Tensor?

  /// Fills a contiguous target with the numbers of a stream.
  func random(_ distribution: RandomDistribution, _ stream: RandomStream, into target: Tensor)

  // Products: operands of the result's element type, or of half precision for a float32 product or weight gradient. A
  // kernel that fails reports it and gives invalid tensors.
  /// a·b over the last two axes, the axes before them broadcast; `bias` has one element per column. A pass is applied
  /// to all of it.
  func matmul(_ a: Tensor, _ b: Tensor, bias: Tensor?, as output: TensorSpec, finishedBy pass: LastPass?) -> Tensor

  // Weights in codes (`CodeFormat`), with inputs [rows, in] of float32 that are dense.
  /// The numbers of a weight, of float32.
  func dequantized(_ format: CodeFormat, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor
  /// x·Wᵀ.
  func quantizedLinear(_ format: CodeFormat, _ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor
  /// x·Wᵀ with each row of x rounded to whole numbers, for int8 codes with a scale a row.
  func dynamicLinear(_ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor
  /// a·bᵀ, of int32, for a [rows, k] of int8 or uint8 and b [n, k] of int8.
  func integerLinear(_ a: Tensor, _ b: Tensor) -> Tensor

  /// What the leaves weigh that each row of x comes to in a forest, [rows, count] of float64.
  func treeSums(_ forest: DecisionForest, _ x: Tensor, count: Int) -> Tensor

  /// The convolution; the result lies channels-last in memory. A pass is applied to all of it.
  func convolution(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, bias: Tensor?, as output: TensorSpec,
    finishedBy pass: LastPass?
  ) -> Tensor
  /// Whether its kernel multiplies no padding with the weight.
  func leavesPadding(_ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, as output: TensorSpec) -> Bool
  /// The convolution of a dense input of int8 or uint8, channels first or last, with a dense weight of int8.
  func integerConvolution(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, as output: TensorSpec
  ) -> Tensor
  /// The gradient of the input, channels-last in memory.
  func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, _ outputGradient: Tensor, _ weight: Tensor, as output: TensorSpec
  ) -> Tensor
  /// The gradient of the weight and, where `outputs` has a second entry, that of the bias.
  func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ outputGradient: Tensor, as outputs: [TensorSpec]
  ) -> [Tensor]

  /// Attention and the logarithms of its sums; the result lies in memory as the query does.
  func attention(_ call: AttentionCall, as outputs: [TensorSpec]) -> [Tensor]
  /// The gradients of query, key and value, in memory as these.
  func attentionGradient(
    _ call: AttentionCall, _ gradient: Tensor, logarithms: Tensor, offsets: Tensor, as outputs: [TensorSpec]
  ) -> [Tensor]

  // Pools: results lie in memory as the input does.
  /// The maxima of windows and their places in the flattened spatial axes (int32).
  func maxPool(_ geometry: PoolGeometry, _ input: Tensor, as outputs: [TensorSpec]) -> [Tensor]
  /// Zeros of the input's shape, to which each of `values` is added at its place.
  func maxPoolScatter(_ geometry: PoolGeometry, _ values: Tensor, _ places: Tensor, as output: TensorSpec) -> Tensor
  /// The elements of `input` at `places`.
  func maxPoolGather(_ geometry: PoolGeometry, _ input: Tensor, _ places: Tensor, as output: TensorSpec) -> Tensor
  func averagePool(_ geometry: PoolGeometry, _ input: Tensor, as output: TensorSpec) -> Tensor
  func averagePoolGradient(_ geometry: PoolGeometry, _ outputGradient: Tensor, as output: TensorSpec) -> Tensor

  // Recurrent layers: dense operands of float32 or float64; results are written into memory that the caller made.
  /// Runs all steps. `record` has the projected input with its biases in place of its gates, and the slot before the
  /// first step; the kernel fills the rest. With `records` off gates are not kept, and an LSTM's cells are one slot.
  func recurrentForward(
    _ direction: RecurrentDirection, weight: Tensor, bias: Tensor?, _ record: RecurrentRecord, records: Bool,
    operation: String
  ) -> TensorError?
  /// The way back. `carry` has the gradient of an LSTM's last cell, which becomes that of its first, or a GRU's zeros;
  /// `results` are the gradients of the gates (a GRU has those of the hidden product too) and of the first state.
  func recurrentBackward(
    _ direction: RecurrentDirection, gradient: Tensor, weight: Tensor, _ record: RecurrentRecord, carry: Tensor?,
    into results: [Tensor], operation: String
  ) -> TensorError?
}

/// The extremes of indices.
struct IndexRange: Equatable {
  var smallest: Int
  var largest: Int
}

extension Backend {
  /// Gathers with indices that are known to be in range.
  func gather(_ source: Tensor, _ indices: Tensor, axis: Int) -> Tensor {
    gather(source, indices, axis: axis, fromEnd: true)
      ?? .failed(
        TensorError(
          .value, operation: "gather", operands: [("source", source.spec), ("indices", indices.spec)],
          expected: "indices that the library looked at before", got: "one out of range, which is a fault of Weft's"))
  }
}
