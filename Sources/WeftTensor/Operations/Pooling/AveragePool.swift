/// The mean of each window. Gradient: g shared among the window's elements (`AveragePoolGradient`).
public struct AveragePool: TensorOperation {
  public static let name = "averagePool"
  public static let formerNames = ["average_pool"]
  public static let operands: Operands = ["x"]
  public static let equation = "y = Σ of a window / its size"
  /// The windows' sizes and how they move.
  public let windows: PoolWindows
  /// Divide by the window's size with its padding, rather than by the number of elements inside the input.
  public let countsPadding: Bool
  /// Divide by this instead.
  public let divisor: Int?

  public init(_ windows: PoolWindows, countsPadding: Bool = true, divisor: Int? = nil) {
    self.windows = windows
    self.countsPadding = countsPadding
    self.divisor = divisor
  }

  public static let defaults: Attributes = ["countsPadding": true]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(try geometry(inputs[0]).outputShape, inputs[0].dtype)]
  }

  private func geometry(_ input: TensorSpec) throws(TensorError) -> PoolGeometry {
    guard divisor ?? 1 > 0 else {
      throw TensorError(.value, operation: Self.name, expected: "a divisor above 0", got: "\(divisor ?? 0)")
    }
    var geometry = try PoolGeometry(input, windows, operation: Self.name)
    geometry.countsPadding = countsPadding
    geometry.divisor = divisor
    return geometry
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let geometry = try? geometry(inputs[0].spec) else { return [.invalid] }
    return [inputs.backend.averagePool(geometry, inputs[0], as: outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0], let geometry = try? geometry(saved.inputSpecs[0]) else { return [nil] }
    return [apply(AveragePoolGradient(windows, geometry), [g])[0]]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.merging(self, [0]) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let geometry = try? geometry(TensorSpec(Shape(inputs[0].shape), .float64)) else { return nil }
    var result = ReferenceArray(shape: geometry.outputShape.sizes) { _ in 0 }
    geometry.forEachWindow { output, window, size in
      result[output] = window.reduce(0) { $0 + inputs[0][$1] } / geometry.divisor(of: window.count, size)
    }
    return [result]
  }

  public static let samples = [
    Sample(AveragePool(.sliding(kernel: 2)), .real([2, 2, 5])),
    Sample(AveragePool(.sliding(kernel: [2, 3], stride: [2, 1], padding: 1)), .real([2, 2, 4, 5])),
    Sample(AveragePool(.sliding(kernel: 3, stride: 2, padding: 1), countsPadding: false), .real([1, 2, 4, 4])),
    Sample(AveragePool(.sliding(kernel: 3, stride: 2, padding: 1, ceilMode: true)), .real([1, 1, 4, 6])),
    Sample(AveragePool(.sliding(kernel: 5, stride: 3, ceilMode: true)), .real([1, 2, 4])),
    Sample(AveragePool(.sliding(kernel: 2, stride: 1), divisor: 3), .real([1, 2, 3, 3])),
    Sample(AveragePool(.sliding(kernel: 2, stride: [1, 2, 1])), .real([1, 2, 2, 4, 3])),
    Sample(AveragePool(.adaptive(outputSize: [2, 3])), .real([2, 2, 5, 4])),
    Sample(AveragePool(.adaptive(outputSize: 1)), .real([2, 3, 4])),
    Sample(AveragePool(.sliding(kernel: 2)), .real([0, 2, 4, 4])),
  ]

  public static let refusals = [
    Refusal(AveragePool(.sliding(kernel: 2)), .real([2, 5]), because: "no batch axis?"),
    Refusal(AveragePool(.sliding(kernel: 2)), .integers([2, 2, 5], in: 0..<3), because: "a floating-point type"),
    Refusal(AveragePool(.sliding(kernel: 6)), .real([2, 2, 5]), because: "so that a window fits in"),
    Refusal(AveragePool(.sliding(kernel: 2, padding: 2)), .real([2, 2, 5]), because: "at most half the window"),
    Refusal(AveragePool(.sliding(kernel: [2, 2])), .real([2, 2, 5]), because: "kernel of 1 number"),
    Refusal(AveragePool(.sliding(kernel: 2, stride: 0)), .real([2, 2, 5]), because: "stride of at least 1"),
    Refusal(AveragePool(.sliding(kernel: 2), divisor: 0), .real([2, 2, 5]), because: "a divisor above 0"),
    Refusal(AveragePool(.adaptive(outputSize: -2)), .real([2, 2, 5]), because: "outputSize of at least -1"),
  ]
}

/// Each g shared among the elements of its window: the gradient of an average pool. Linear; gradient: the pool of g.
public struct AveragePoolGradient: LinearMap {
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

  public func adjoint(of x: TensorSpec) -> any TensorOperation {
    AveragePool(windows, countsPadding: geometry.countsPadding, divisor: geometry.divisor)
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

extension Tensor {
  /// The mean of each window over 1, 2 or 3 spatial axes.
  ///
  /// Shape: [N, C, spatial...] to [N, C, windows...], or both without N.
  /// - Parameters:
  ///   - countsPadding: Divide by the window's size with its padding, rather than by the elements inside the input.
  ///   - divisor: Divide by this instead.
  ///   - spatialAxes: How many axes are spatial, as with `maxPooled`.
  public func averagePooled(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false, countsPadding: Bool = true,
    divisor: Int? = nil, spatialAxes: Int? = nil
  ) -> Tensor {
    let windows = PoolWindows.sliding(kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    let pool = AveragePool(windows, countsPadding: countsPadding, divisor: divisor)
    return pooled(pool, spatialAxes: spatialAxes, [kernel, stride, padding])[0]
  }

  /// The mean of each of `outputSize` windows that cover the spatial axes evenly; -1 keeps an axis.
  public func adaptiveAveragePooled(to outputSize: PerAxis, spatialAxes: Int? = nil) -> Tensor {
    pooled(
      AveragePool(.adaptive(outputSize: outputSize)), named: "adaptiveAveragePool", spatialAxes: spatialAxes,
      [outputSize])[0]
  }

  /// The mean over all spatial axes, which stay at size 1.
  public func globalAveragePooled(spatialAxes: Int? = nil) -> Tensor {
    adaptiveAveragePooled(to: 1, spatialAxes: spatialAxes)
  }
}

extension PoolGeometry {
  /// What a window with `count` elements inside the input, `size` with padding, is divided by.
  func divisor(of count: Int, _ size: Int) -> Double { Double(divisor ?? (countsPadding ? size : count)) }
}
