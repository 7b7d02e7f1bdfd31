/// x[pᵢₖ] += wᵢₖ·yᵢ along an axis: the adjoint of `ResampleAxis`, its gradient. Linear. Gradient: the map itself.
public struct ResampleAxisAdjoint: TensorOperation {
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
    let plan = ResamplePlans.plan(of: map, from: length)
    let taps = plan.taps
    let wide = output.dtype.statistics
    if taps.count > ResampleAxis.mostTaps {
      let matrix = taps.matrix(from: length, wide).transposed()
      return [input.mapped(axis, by: matrix).converted(to: output.dtype)]
    }
    let sum = inputs.backend.resample(input.converted(to: wide), axis: axis, by: plan.adjointSums)
    return [sum.converted(to: output.dtype)]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(map, [$0])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { apply(self, [$0])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(ResampleAxisAdjoint(of: map.along(batch.shifted(map.axis)), length: length))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let axis = map.axis < 0 ? map.axis + inputs[0].shape.count : map.axis
    var shape = inputs[0].shape
    shape[axis] = length
    var result = ReferenceArray(shape: shape) { _ in 0 }
    for index in ReferenceArray.indices(of: inputs[0].shape) {
      for tap in map.taps(at: index[axis], from: length) {
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
