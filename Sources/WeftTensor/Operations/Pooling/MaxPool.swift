/// The maximum of each window, and its index in the flattened spatial axes (int32). Gradient: g scattered to the places.
///
/// NaN wins, the last of several, as in PyTorch; else the first of equals. Padding never does: a window wholly inside
/// it (there are such with dilation) gives -∞, place -1 and no gradient.
public struct MaxPool: TensorOperation {
  public static let name = "maxPool"
  public static let formerNames = ["max_pool"]
  public static let operands: Operands = ["x"]
  public static let equation = "y = max of a window"
  /// The windows' sizes and how they move.
  public let windows: PoolWindows

  public init(_ windows: PoolWindows) { self.windows = windows }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = try PoolGeometry(inputs[0], windows, operation: Self.name).outputShape
    return [TensorSpec(shape, inputs[0].dtype), TensorSpec(shape, .int32)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let geometry = geometry(inputs[0].spec) else { return [.invalid, .invalid] }
    return inputs.backend.maxPool(geometry, inputs[0], as: outputs)
  }

  /// The geometry of an input that `outputs(for:)` accepted.
  private func geometry(_ input: TensorSpec) -> PoolGeometry? {
    try? PoolGeometry(input, windows, operation: Self.name)
  }

  public func saves(needs: [Bool]) -> Saves { .output(1) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0], let geometry = geometry(saved.inputSpecs[0]) else { return [nil] }
    return [apply(MaxPoolScatter(geometry), [g, saved.output(1).detach()])[0]]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0], let geometry = geometry(inputs[0].spec) else { return [nil, nil] }
    return [apply(MaxPoolGather(geometry), [t, outputs[1]])[0], nil]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.merging(self, [0]) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let geometry = geometry(TensorSpec(Shape(inputs[0].shape), .float64)) else { return nil }
    var values = ReferenceArray(shape: geometry.outputShape.sizes) { _ in 0 }
    var places = values
    geometry.forEachWindow { output, window, _ in
      guard var best = window.first else {
        (values[output], places[output]) = (-.infinity, -1)
        return
      }
      for index in window where inputs[0][index] > inputs[0][best] || inputs[0][index].isNaN { best = index }
      values[output] = inputs[0][best]
      places[output] = Double(geometry.place(of: best))
    }
    return [values, places]
  }

  public static let samples = [
    Sample(MaxPool(.sliding(kernel: 2)), .distinct([2, 2, 5])),
    Sample(MaxPool(.sliding(kernel: [2, 3], stride: [2, 1], padding: 1)), .distinct([2, 2, 4, 5])),
    Sample(MaxPool(.sliding(kernel: 2, stride: 1, dilation: [1, 2])), .distinct([1, 2, 3, 4])),
    Sample(MaxPool(.sliding(kernel: 3, stride: 2, padding: 1, ceilMode: true)), .distinct([1, 1, 4, 6])),
    Sample(MaxPool(.sliding(kernel: 3, stride: 3, dilation: 2, ceilMode: true)), .distinct([1, 2, 4])),
    Sample(MaxPool(.sliding(kernel: 2, stride: [1, 2, 1])), .distinct([1, 2, 2, 4, 3])),
    Sample(MaxPool(.adaptive(outputSize: [2, 3])), .distinct([2, 2, 5, 4])),
    Sample(MaxPool(.adaptive(outputSize: 1)), .distinct([2, 3, 4])),
    Sample(MaxPool(.sliding(kernel: 2)), .distinct([0, 2, 4, 4])),
  ]

  public static let refusals = [
    Refusal(MaxPool(.sliding(kernel: 2)), .real([2, 5]), because: "no batch axis?"),
    Refusal(MaxPool(.sliding(kernel: 2)), .integers([2, 2, 5], in: 0..<3), because: "a floating-point type"),
    Refusal(MaxPool(.sliding(kernel: 3, dilation: 3)), .real([2, 2, 5]), because: "so that a window fits in"),
    Refusal(MaxPool(.sliding(kernel: 2, padding: 2)), .real([2, 2, 5]), because: "at most half the window"),
    Refusal(MaxPool(.sliding(kernel: 0)), .real([2, 2, 5]), because: "kernel of at least 1"),
    Refusal(MaxPool(.adaptive(outputSize: 1)), .real([2, 2, 0]), because: "spatial axes of 1 up to"),
  ]
}

extension Tensor {
  /// The maximum of each window over 1, 2 or 3 spatial axes.
  ///
  /// Shape: [N, C, spatial...] to [N, C, windows...], or both without N.
  /// - Parameter spatialAxes: How many axes are spatial; left out, as many as there are numbers in an argument, or all
  ///   but two of four or five. Three axes, [N, C, length] or [C, height, width], are refused without it.
  public func maxPooled(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false,
    spatialAxes: Int? = nil
  ) -> Tensor {
    maxPooledWithIndices(
      kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode, spatialAxes: spatialAxes
    ).values
  }

  /// The maximum of each window, and its index in the flattened spatial axes (int32).
  public func maxPooledWithIndices(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false,
    spatialAxes: Int? = nil
  ) -> (values: Tensor, indices: Tensor) {
    let pool = MaxPool(
      .sliding(kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode))
    let results = pooled(pool, spatialAxes: spatialAxes, [kernel, stride, padding, dilation], resultCount: 2)
    return (results[0], results[1])
  }

  /// The maximum of each of `outputSize` windows that cover the spatial axes evenly; -1 keeps an axis.
  public func adaptiveMaxPooled(to outputSize: PerAxis, spatialAxes: Int? = nil) -> Tensor {
    adaptiveMaxPooledWithIndices(to: outputSize, spatialAxes: spatialAxes).values
  }

  /// The same, and the index of each maximum in the flattened spatial axes (int32).
  public func adaptiveMaxPooledWithIndices(
    to outputSize: PerAxis, spatialAxes: Int? = nil
  ) -> (values: Tensor, indices: Tensor) {
    let pool = MaxPool(.adaptive(outputSize: outputSize))
    let results = pooled(
      pool, named: "adaptiveMaxPool", spatialAxes: spatialAxes, [outputSize], resultCount: 2)
    return (results[0], results[1])
  }

  /// The maximum over all spatial axes, which stay at size 1.
  public func globalMaxPooled(spatialAxes: Int? = nil) -> Tensor { adaptiveMaxPooled(to: 1, spatialAxes: spatialAxes) }
}
