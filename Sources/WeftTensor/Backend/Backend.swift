/// The primitive kernels of a device. Operations are made of these; everything else is a composite.
///
/// Inputs may be any strided or broadcast views. Shapes and types are already checked. Results are new memory.
protocol Backend: Sendable {
  // Formulas
  /// Evaluates an elementwise formula over the inputs broadcast to the outputs' common shape.
  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]
  /// The same, written into `targets`, which may be among the inputs.
  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], into targets: [Tensor])
  /// Evaluates a row-wise formula along `axis`; an output of size 1 along it gets one value per row.
  func rowMap(
    _ formula: Formula, _ parameters: [Double], axis: Int, _ inputs: [Tensor], as outputs: [TensorSpec]
  ) -> [Tensor]
  /// Evaluates an elementwise formula and reduces each output over `axes`, which the outputs keep at size 1.
  func reduce(
    _ formula: Formula, _ parameters: [Double], by reductions: [Reduction], axes: [Int], _ inputs: [Tensor],
    as outputs: [TensorSpec]
  ) -> [Tensor]

  // Indexing: indices are int64 and in 0 ..< the axis's size; values and targets have one dtype.
  func indexRange(_ indices: Tensor) -> IndexRange
  /// result[i] = source[i with i[axis] replaced by indices[i]].
  func gather(_ source: Tensor, _ indices: Tensor, axis: Int) -> Tensor
  /// target[i with i[axis] replaced by indices[i]] becomes values[i], or has it added; equal places in order of i.
  func scatter(_ values: Tensor, _ indices: Tensor, axis: Int, into target: Tensor, adding: Bool)
  /// result[r, :] = table[indices[r], :].
  func takeRows(_ table: Tensor, _ indices: Tensor) -> Tensor
  /// table[indices[r], :] += rows[r, :], for a contiguous table.
  func addRows(_ rows: Tensor, _ indices: Tensor, into table: Tensor)
  /// The number of elements other than zero.
  func nonzeroCount(_ tensor: Tensor) -> Int
  /// The row-major positions of the `count` elements other than zero.
  func nonzeroPositions(_ tensor: Tensor, count: Int) -> Tensor
  /// The first `count` of each line along `axis` in stable order, NaN largest, and where they stood (int64).
  func sort(_ input: Tensor, axis: Int, descending: Bool, count: Int) -> (values: Tensor, positions: Tensor)

  /// Fills a contiguous target with the numbers of a stream.
  func random(_ distribution: RandomDistribution, _ stream: RandomStream, into target: Tensor)
}

/// The extremes of indices, and the row-major positions where each first stands.
struct IndexRange: Equatable {
  var smallest: Int
  var largest: Int
  var smallestPosition: Int
  var largestPosition: Int
}

/// How elements are brought together.
enum Reduction: Int32, Hashable, Sendable {
  // The raw values are those of `weft_reduction` in CWeft.
  case sum = 0
  case product = 1
  case maximum = 2
  case minimum = 3
}
