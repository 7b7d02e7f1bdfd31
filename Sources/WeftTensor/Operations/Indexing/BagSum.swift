/// For each bag of a list of indices, the sum of the rows of a table at them. Gradient: the rows of g added to zeros at
/// the indices of their bags, without those of the padding index.
///
/// Half precision adds up in float32, which is the result's type then.
struct BagSum: TensorOperation {
  static let name = "bagSum"
  static let operands: Operands = ["table", .indices("index")]
  static let equation = "y[b, :] = Σ table[index[i], :] over bounds[b] ≤ i < bounds[b + 1]"
  /// Where each bag begins in the list, and where the last one ends.
  let bounds: [Int]
  /// The index that counts as if it was not there.
  let paddingIndex: Int?

  init(bounds: [Int], paddingIndex: Int? = nil) { (self.bounds, self.paddingIndex) = (bounds, paddingIndex) }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = [("table", inputs[0]), ("indices", inputs[1])]
    func error(_ expected: String, _ got: String) -> TensorError {
      TensorError(.shape, operation: Self.name, operands: operands, expected: expected, got: got)
    }
    try inputs[1].requireIndexType("indices", operation: Self.name, operands: operands)
    guard inputs[0].shape.rank == 2, inputs[0].dtype.isFloatingPoint else {
      throw error("a floating-point table [rows, width]", "\(inputs[0])")
    }
    guard inputs[1].shape.rank == 1 else { throw error("a list of indices", "\(inputs[1].shape)") }
    let rises = zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 }
    guard bounds.first == 0, rises, bounds[bounds.count - 1] <= inputs[1].shape[0] else {
      throw error("bounds that begin with 0, rise, and stay within the list", "\(bounds)")
    }
    return [TensorSpec([bounds.count - 1, inputs[0].shape[1]], inputs[0].dtype.statistics)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let operands = [(name: "table", spec: inputs[0].spec), (name: "indices", spec: inputs[1].spec)]
    guard
      let indices = inputs[1].checkedIndices(below: inputs[0].shape[0], operation: "embeddingBag", operands: operands)
    else { return [.invalid] }
    return [inputs.backend.sumBags(inputs[0], indices, bounds: bounds, skipping: paddingIndex, as: outputs[0])]
  }

  func saves(needs: [Bool]) -> Saves { .input(1) }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return [nil, nil] }
    let list = saved.input(1).sliced(axis: 0, to: bounds[bounds.count - 1])
    let adjoint = EmbeddingGradient(rows: saved.inputSpecs[0].shape[0], paddingIndex: row(saved.inputSpecs[0]))
    let table = apply(adjoint, [gradient.indexSelected(owners, axis: 0), list])[0]
    return [table.converted(to: saved.inputSpecs[0].dtype), nil]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.looping(self) }

  /// The bag of each index.
  var owners: Tensor {
    Tensor((0..<(bounds.count - 1)).flatMap { Array(repeating: $0, count: bounds[$0 + 1] - bounds[$0]) })
  }

  /// The padding index, where it names a row.
  private func row(_ table: TensorSpec) -> Int? {
    paddingIndex.flatMap { (0..<table.shape[0]).contains($0) ? $0 : nil }
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var sums = ReferenceArray(shape: [bounds.count - 1, inputs[0].shape[1]]) { _ in 0 }
    for bag in 0..<(bounds.count - 1) {
      for i in bounds[bag]..<bounds[bag + 1] where Int(inputs[1].values[i]) != paddingIndex {
        for column in 0..<inputs[0].shape[1] { sums[[bag, column]] += inputs[0][[Int(inputs[1].values[i]), column]] }
      }
    }
    return [sums]
  }

  static let samples = [
    Sample(BagSum(bounds: [0, 3, 3, 5]), .real([4, 3]), .integers([6], in: 0..<4)),
    Sample(BagSum(bounds: [0, 2, 4], paddingIndex: 1), .real([3, 2]), .exactly([1, 2, 1, 1], [4], dtype: .int64)),
    Sample(BagSum(bounds: [0, 40]), .real([5, 70]), .integers([40], in: 0..<5, dtype: .int32)),
    Sample(BagSum(bounds: [0, 22]), .manyOnes([1, 1]), .integers([22], in: 0..<1)),
  ]

  static let refusals = [
    Refusal(BagSum(bounds: [0, 2]), .real([3, 2]), .real([2]), because: "indices of an integer type"),
    Refusal(BagSum(bounds: [0, 2]), .real([3]), .integers([2], in: 0..<3), because: "a floating-point table"),
    Refusal(BagSum(bounds: [0, 2]), .real([3, 2]), .integers([1, 2], in: 0..<3), because: "a list of indices"),
    Refusal(BagSum(bounds: [0, 3]), .real([3, 2]), .integers([2], in: 0..<3), because: "bounds that begin with 0"),
    Refusal(BagSum(bounds: [0, 2, 1]), .real([3, 2]), .integers([2], in: 0..<3), because: "bounds that begin with 0"),
    Refusal(BagSum(bounds: []), .real([3, 2]), .integers([2], in: 0..<3), because: "bounds that begin with 0"),
    Refusal(BagSum(bounds: [0, 1]), .real([3, 2]), .exactly([3], [1], dtype: .int64), because: "indices in 0 ..< 3"),
  ]
}
