/// yᵢ = Σₖ wᵢₖ·x[pᵢₖ] along an axis: the axis resampled to another size; places and weights follow from the sizes.
/// Linear. Gradient: `ResampleAxisAdjoint` of g.
public struct ResampleAxis: LinearMap {
  public static let name = "resampleAxis"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢ = Σₖ wᵢₖ·x[pᵢₖ]"
  /// Counted from the end where negative.
  public let axis: Int
  /// The result's size.
  public let size: Int
  /// Not `area`, which is a pool.
  public let mode: InterpolationMode
  /// The centers of the first and last elements coincide, rather than the outer edges.
  public let alignCorners: Bool
  /// How many elements of the result one of the input becomes; nil for the ratio of the sizes.
  public let scale: Double?
  /// Average all elements that one of the result covers.
  public let antialias: Bool

  public init(
    axis: Int, size: Int, mode: InterpolationMode = .linear, alignCorners: Bool = false, scale: Double? = nil,
    antialias: Bool = false
  ) {
    (self.axis, self.size, self.mode) = (axis, size, mode)
    (self.alignCorners, self.scale, self.antialias) = (alignCorners, scale, antialias)
  }

  public static let defaults: Attributes = [
    "mode": InterpolationMode.linear, "alignCorners": false, "antialias": false,
  ]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let operands = [(name: "input", spec: inputs[0])]
    var shape = inputs[0].shape
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    try checkAttributes(operands)
    guard shape[axis] > 0, shape[axis] <= Int(Int32.max) else {
      throw TensorError(
        .shape, operation: Self.name, operands: operands, expected: "an axis \(axis) of 1 element or more",
        got: "\(shape[axis])")
    }
    guard inputs[0].dtype.isFloatingPoint || mode == .nearest || mode == .nearestExact else {
      throw TensorError(
        .dtype, operation: Self.name, operands: operands, expected: "a floating-point type for mode `\(mode)`",
        got: "\(inputs[0].dtype)")
    }
    shape[axis] = size
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  private func checkAttributes(_ operands: [(name: String, spec: TensorSpec)]) throws(TensorError) {
    func refuse(_ expected: String, _ got: String) -> TensorError {
      TensorError(.value, operation: Self.name, operands: operands, expected: expected, got: got)
    }
    guard (1...Int(Int32.max)).contains(size) else { throw refuse("a size from 1", "\(size)") }
    guard scale.map({ $0 > 0 && $0.isFinite && $0 > 1e-9 }) ?? true else {
      throw refuse("a scale above 0", "\(scale ?? 0)")
    }
    guard mode != .area else { throw refuse("a mode other than `area`, which is an adaptive pool", "\(mode)") }
    let isSmooth = mode == .linear || mode == .cubic
    guard isSmooth || (!alignCorners && !antialias) else {
      throw refuse("mode `linear` or `cubic` with `alignCorners` or `antialias`", "\(mode)")
    }
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (input, output) = (inputs[0], outputs[0])
    let axis = input.shape.axis(axis) ?? 0
    let plan = ResamplePlans.plan(of: rule, from: input.shape[axis])
    let taps = plan.taps
    if taps.count == 1, plan.sums.weights.allSatisfy({ $0 == 1 }) {
      return [inputs.backend.pick(input, axis: axis, places: plan.sums.places)]
    }
    let wide = output.dtype.statistics
    if taps.count > Self.mostTaps {
      let matrix = taps.matrix(from: input.shape[axis], wide)
      return [input.mapped(axis, by: matrix).converted(to: output.dtype)]
    }
    let sum = inputs.backend.resample(input.converted(to: wide), axis: axis, by: plan.sums)
    return [sum.converted(to: output.dtype)]
  }

  /// With more taps than these, a product with the matrix of all weights is faster than sums.
  static let mostTaps = 16

  public func adjoint(of x: TensorSpec) -> any TensorOperation { ResampleAxisAdjoint(of: self, length: x.shape[axis]) }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(along(batch.shifted(axis)))
  }

  /// What of the map does not depend on the axis.
  var rule: ResampleRule {
    ResampleRule(size: size, mode: mode, alignCorners: alignCorners, scale: scale, antialias: antialias)
  }

  /// The whole map of an axis of `length` elements as a matrix [result, input].
  package func matrix(from length: Int, _ dtype: DType) -> Tensor {
    ResampleTaps(rule, from: length).matrix(from: length, dtype)
  }

  /// The same map along another axis.
  func along(_ axis: Int) -> ResampleAxis {
    ResampleAxis(axis: axis, size: size, mode: mode, alignCorners: alignCorners, scale: scale, antialias: antialias)
  }

  /// The sum by places and weights, which are themselves compared with PyTorch's (the tests' `interpolation`).
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = axis < 0 ? axis + inputs[0].shape.count : axis
    let length = inputs[0].shape[axis]
    var shape = inputs[0].shape
    shape[axis] = size
    return [
      ReferenceArray(shape: shape) { index in
        rule.taps(at: index[axis], from: length).reduce(0) { sum, tap in
          var place = index
          place[axis] = tap.place
          return sum + tap.weight * inputs[0][place]
        }
      }
    ]
  }

  public static let samples = [
    Sample(ResampleAxis(axis: 1, size: 5), .real([2, 3])),
    Sample(ResampleAxis(axis: 0, size: 2, alignCorners: true), .real([5, 2])),
    Sample(ResampleAxis(axis: -1, size: 6, mode: .nearest), .real([2, 4])),
    Sample(ResampleAxis(axis: -1, size: 3, mode: .nearestExact), .integers([2, 7], in: 0..<9)),
    Sample(ResampleAxis(axis: 1, size: 7, mode: .cubic), .real([1, 4, 2])),
    Sample(ResampleAxis(axis: 0, size: 4, mode: .cubic, scale: 1.7), .real([3])),
    Sample(ResampleAxis(axis: 1, size: 2, antialias: true), .real([2, 7])),
    Sample(ResampleAxis(axis: 0, size: 3, mode: .cubic, antialias: true), .real([10, 2])),
    Sample(ResampleAxis(axis: 1, size: 1, alignCorners: true), .real([2, 1])),
    Sample(ResampleAxis(axis: 1, size: 2), .real([0, 3])),
  ]

  public static let refusals = [
    Refusal(ResampleAxis(axis: 2, size: 3), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(ResampleAxis(axis: 0, size: 0), .real([2, 3]), because: "a size from 1"),
    Refusal(ResampleAxis(axis: 0, size: 2), .real([0, 3]), because: "1 element or more"),
    Refusal(ResampleAxis(axis: 0, size: 2), .integers([3], in: 0..<3), because: "floating-point"),
    Refusal(ResampleAxis(axis: 0, size: 2, mode: .nearest, alignCorners: true), .real([3]), because: "`linear`"),
    Refusal(ResampleAxis(axis: 0, size: 2, mode: .area), .real([3]), because: "adaptive pool"),
    Refusal(ResampleAxis(axis: 0, size: 2, scale: -1), .real([3]), because: "a scale above 0"),
  ]
}

/// x[pᵢₖ] += wᵢₖ·yᵢ along an axis: the adjoint of `ResampleAxis`, its gradient. Linear. Gradient: the map itself.
public struct ResampleAxisAdjoint: LinearMap {
  public static let name = "resampleAxisAdjoint"
  public static let operands: Operands = ["x"]
  public static let equation = "x[pᵢₖ] += wᵢₖ·yᵢ"
  /// The map whose adjoint it is.
  public let map: ResampleAxis
  /// The size of the axis that was resampled.
  public let length: Int

  public init(of map: ResampleAxis, length: Int) { (self.map, self.length) = (map, length) }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = inputs[0].shape
    guard let axis = shape.axis(map.axis) else { throw .axis(map.axis, rank: shape.rank, operation: Self.name) }
    guard inputs[0].dtype.isFloatingPoint, shape[axis] == map.size, (1...Int(Int32.max)).contains(length) else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("gradient", inputs[0])],
        expected: "floating-point numbers, \(map.size) along axis \(axis), for a length from 1",
        got: "\(inputs[0]), length \(length)")
    }
    shape[axis] = length
    _ = try map.outputs(for: [TensorSpec(shape, inputs[0].dtype)])
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (input, output) = (inputs[0], outputs[0])
    let axis = input.shape.axis(map.axis) ?? 0
    let plan = ResamplePlans.plan(of: map.rule, from: length)
    let taps = plan.taps
    let wide = output.dtype.statistics
    if taps.count > ResampleAxis.mostTaps {
      let matrix = taps.matrix(from: length, wide).transposed()
      return [input.mapped(axis, by: matrix).converted(to: output.dtype)]
    }
    let sum = inputs.backend.resample(input.converted(to: wide), axis: axis, by: plan.adjointSums)
    return [sum.converted(to: output.dtype)]
  }

  public func adjoint(of x: TensorSpec) -> any TensorOperation { map }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ResampleAxisAdjoint(of: map.along(batch.shifted(map.axis)), length: length))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = map.axis < 0 ? map.axis + inputs[0].shape.count : map.axis
    var shape = inputs[0].shape
    shape[axis] = length
    var result = ReferenceArray(shape: shape) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      for tap in map.rule.taps(at: index[axis], from: length) {
        var place = index
        place[axis] = tap.place
        result[place] += tap.weight * inputs[0][index]
      }
    }
    return [result]
  }

  public static let samples = [
    Sample(ResampleAxisAdjoint(of: ResampleAxis(axis: 1, size: 5), length: 3), .real([2, 5])),
    Sample(ResampleAxisAdjoint(of: ResampleAxis(axis: 0, size: 3, mode: .nearest), length: 2), .real([3, 2])),
    Sample(ResampleAxisAdjoint(of: ResampleAxis(axis: -2, size: 2, mode: .cubic), length: 4), .real([2, 2, 2])),
    Sample(ResampleAxisAdjoint(of: ResampleAxis(axis: 0, size: 2, antialias: true), length: 7), .real([2, 2])),
  ]

  public static let refusals = [
    Refusal(
      ResampleAxisAdjoint(of: ResampleAxis(axis: 1, size: 5), length: 3), .real([2, 4]), because: "5 along axis 1"),
    Refusal(ResampleAxisAdjoint(of: ResampleAxis(axis: 3, size: 5), length: 3), .real([2, 4]), because: "an axis in"),
    Refusal(
      ResampleAxisAdjoint(of: ResampleAxis(axis: 0, size: 2), length: 0), .real([2, 4]), because: "a length from 1"),
  ]
}

extension Tensor {
  /// The product of `matrix` with each line along `axis`.
  func mapped(_ axis: Int, by matrix: Tensor) -> Tensor {
    let input = converted(to: matrix.dtype)
    if axis == rank - 1 { return input.matmul(matrix.transposed()) }
    let flat = input.flattened(from: axis + 1)
    let rest = shape.sizes[(axis + 1)...]
    return matrix.matmul(flat).reshaped(to: Shape(shape.sizes[..<axis] + [matrix.shape[0]] + rest))
  }
}
