/// The elements at the indices that a maximum pool found. Gradient: g scattered to the indices.
public struct MaxPoolGather: LinearMap {
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

  public func adjoint(of x: TensorSpec) -> any TensorOperation { MaxPoolScatter(geometry) }

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

/// Values added into zeros at the indices that a maximum pool found, each in its window: its gradient. Gradient: g
/// gathered at the indices.
public struct MaxPoolScatter: LinearMap {
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

  public func adjoint(of x: TensorSpec) -> any TensorOperation { MaxPoolGather(geometry) }

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
