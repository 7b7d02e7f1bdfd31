/// Each g shared among the elements of its window: the gradient of an average pool. Linear; gradient: the pool of g.
public struct AveragePoolGradient: TensorOperation {
  public static let name = "averagePoolGradient"
  public static let formerNames = ["average_pool_gradient"]
  public static let operands: Operands = ["gradient"]
  public static let equation = "y = Σ g / window size over the windows an element is in"
  let windows: PoolWindows
  let geometry: PoolGeometry

  init(_ windows: PoolWindows, _ geometry: PoolGeometry) {
    self.windows = windows
    self.geometry = geometry
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape == geometry.outputShape, inputs[0].dtype.isFloatingPoint else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("output gradient", inputs[0])],
        expected: "floating-point numbers of shape \(geometry.outputShape)", got: "\(inputs[0])")
    }
    return [TensorSpec(geometry.inputShape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [inputs.backend.averagePoolGradient(geometry, inputs[0], as: outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let pool = AveragePool(windows, countsPadding: geometry.countsPadding, divisor: geometry.divisor)
    return [gradients[0].map { apply(pool, [$0])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0 else { return batch.looping(self) }
    return batch.merging(AveragePoolGradient(windows, geometry.repeated(batch.size)), [0])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = ReferenceArray(shape: geometry.inputShape.sizes) { _ in 0 }
    geometry.forEachWindow { output, window, size in
      let share = inputs[0][output] / geometry.divisor(of: window.count, size)
      for index in window { result[index] += share }
    }
    return [result]
  }

  public static let samples: [Sample] = AveragePool.samples.compactMap { sample in
    guard let pool = sample.operation as? AveragePool else { return nil }
    let spec = TensorSpec(sample.inputs[0].shape, .float64)
    guard var geometry = try? PoolGeometry(spec, pool.windows, operation: name) else { return nil }
    geometry.countsPadding = pool.countsPadding
    geometry.divisor = pool.divisor
    return Sample(AveragePoolGradient(pool.windows, geometry), .real(geometry.outputShape))
  }

  public static let refusals = [
    Refusal(samples[0].operation, .real([2, 2, 3]), because: "of shape [2, 2, 2]"),
    Refusal(samples[0].operation, .integers([2, 2, 2], in: 0..<2), because: "floating-point numbers"),
  ]
}
