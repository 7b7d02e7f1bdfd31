// What a maximum pool found, read and written at its indices: each of the two is the other's gradient.

/// The elements at the indices that a maximum pool found. Gradient: g scattered to the indices.
public struct MaxPoolGather: TensorOperation {
  public static let name = "maxPoolGather"
  public static let formerNames = ["max_pool_gather"]
  public static let operands: Operands = ["x", .indices("indices")]
  public static let equation = "y = x[index]"
  package let geometry: PoolGeometry

  init(_ geometry: PoolGeometry) { self.geometry = geometry }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try geometry.checkIndices(inputs, values: geometry.inputShape, operation: Self.name)
    return [TensorSpec(geometry.outputShape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.maxPoolGather(geometry, inputs[0], inputs[1], as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { .input(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(MaxPoolScatter(geometry), [$0, saved.input(1)])[0] }, nil]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0 else { return batch.looping(self) }
    return batch.merging(MaxPoolGather(geometry.repeated(batch.size)), [0, 1])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [
      ReferenceArray(shape: geometry.outputShape.sizes) { output in
        inputs[0][geometry.input(at: inputs[1][output], of: output)]
      }
    ]
  }

  public static let samples = PoolGeometry.samples.map { geometry in
    Sample(
      MaxPoolGather(geometry), .real(geometry.inputShape),
      .exactly(geometry.somePlaces, geometry.outputShape, dtype: .int32))
  }

  public static let refusals = [
    Refusal(
      MaxPoolGather(PoolGeometry.samples[0]), .real([2, 2, 4]), .integers([2, 2, 2], in: 0..<1, dtype: .int32),
      because: "values of shape [2, 2, 5]"),
    Refusal(
      MaxPoolGather(PoolGeometry.samples[0]), .real([2, 2, 5]), .integers([2, 2, 2], in: 0..<1),
      because: "indices int32 [2, 2, 2]"),
  ]
}

/// Values added into zeros at the indices that a maximum pool found, each in its window: its gradient. Gradient: g gathered
/// at the indices.
public struct MaxPoolScatter: TensorOperation {
  public static let name = "maxPoolScatter"
  public static let formerNames = ["max_pool_scatter"]
  public static let operands: Operands = ["gradient", .indices("indices")]
  public static let equation = "y[index] = Σ g"
  package let geometry: PoolGeometry

  init(_ geometry: PoolGeometry) { self.geometry = geometry }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try geometry.checkIndices(inputs, values: geometry.outputShape, operation: Self.name)
    return [TensorSpec(geometry.inputShape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.maxPoolScatter(geometry, inputs[0], inputs[1], as: outputs[0])]
  }

  public func saves(needs: [Bool]) -> Saves { .input(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(MaxPoolGather(geometry), [$0, saved.input(1)])[0] }, nil]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs, keeping: 1)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0 else { return batch.looping(self) }
    return batch.merging(MaxPoolScatter(geometry.repeated(batch.size)), [0, 1])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = ReferenceArray(shape: geometry.inputShape.sizes) { _ in 0 }
    for output in ReferenceArray.indices(of: geometry.outputShape.sizes) {
      result[geometry.input(at: inputs[1][output], of: output)] += inputs[0][output]
    }
    return [result]
  }

  public static let samples = PoolGeometry.samples.map { geometry in
    Sample(
      MaxPoolScatter(geometry), .real(geometry.outputShape),
      .exactly(geometry.somePlaces, geometry.outputShape, dtype: .int32))
  }

  public static let refusals = [
    Refusal(
      MaxPoolScatter(PoolGeometry.samples[0]), .real([2, 2, 5]), .integers([2, 2, 2], in: 0..<1, dtype: .int32),
      because: "values of shape [2, 2, 2]"),
    Refusal(
      MaxPoolScatter(PoolGeometry.samples[0]), .real([2, 2, 2]), .integers([2, 2, 2], in: 0..<1),
      because: "indices int32 [2, 2, 2]"),
  ]
}

extension PoolGeometry {
  /// The input index of a place in the flattened spatial axes.
  func input(at place: Double, of output: [Int]) -> [Int] {
    var rest = Int(place)
    var index = Array(output.prefix(2)) + inSize
    for axis in inSize.indices.reversed() {
      index[axis + 2] = rest % inSize[axis]
      rest /= inSize[axis]
    }
    return index
  }

  func checkIndices(_ inputs: [TensorSpec], values: Shape, operation: String) throws(TensorError) {
    guard inputs[0].shape == values, inputs[1] == TensorSpec(outputShape, .int32), inputs[0].dtype.isFloatingPoint
    else {
      throw TensorError(
        .shape, operation: operation, operands: Array(zip(["values", "indices"], inputs)),
        expected: "values of shape \(values) and indices int32 \(outputShape)", got: "\(inputs[0]) and \(inputs[1])")
    }
  }

  /// The flattened place of an input index.
  func place(of input: [Int]) -> Int { zip(input.dropFirst(2), inSize).reduce(0) { $0 * $1.1 + $1.0 } }

  /// A place for each window, in it.
  var somePlaces: [Double] {
    var places: [Double] = []
    forEachWindow { _, window, _ in places.append(Double(place(of: window[places.count % window.count]))) }
    return places
  }

  /// Geometries on which the gradient operations are tried.
  static let samples: [PoolGeometry] = [
    sample([2, 2, 5], .sliding(kernel: 2)),
    sample([2, 2, 4, 5], .sliding(kernel: [2, 3], stride: [2, 1], padding: 1)),
    sample([1, 2, 2, 4, 3], .sliding(kernel: 2, stride: [1, 2, 1])),
    sample([2, 2, 5, 4], .adaptive(outputSize: [2, 3])),
  ].compactMap { $0 }

  private static func sample(_ shape: Shape, _ windows: PoolWindows) -> PoolGeometry? {
    try? PoolGeometry(TensorSpec(shape, .float64), windows, operation: "sample")
  }
}
