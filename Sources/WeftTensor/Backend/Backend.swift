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
}

/// How elements are brought together.
enum Reduction: Int32, Hashable, Sendable {
  // The raw values are those of `weft_reduction` in CWeft.
  case sum = 0
  case product = 1
  case maximum = 2
  case minimum = 3
}
