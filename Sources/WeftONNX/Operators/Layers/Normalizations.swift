import WeftTensor

extension Operator {
  /// Numbers brought to a common mean or size.
  static let normalizations: [Operator] = [
    .several("BatchNormalization", buffers: [3, 4]) { try batchNormalization($0) },
    Operator("InstanceNormalization") { call in
      try call.tensor(0).instanceNormalized(
        weight: try call.tensor(1), bias: try call.tensor(2), epsilon: try call.attributes.float("epsilon", 1e-5))
    },
    .several("LayerNormalization") { call in
      let x = try call.tensor(0)
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      return try layerNormalized(call, x, axis, try call.tensorIfAny(1), try call.tensorIfAny(2))
    },
    Operator("GroupNormalization") { try groupNormalization($0) },
    Operator("RMSNormalization") { call in
      let x = try call.tensor(0)
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      let wide = x.converted(to: try call.stashType(x))
      let y =
        wide
        * ((wide * wide).mean(axes: Array(axis..<x.rank), keepDims: true)
        + (try call.attributes.float("epsilon", 1e-5))).rsqrt()
      return y.converted(to: x.dtype) * (try call.tensor(1))
    },
    Operator("LRN") { call in
      let x = try call.tensor(0)
      let size = try call.attributes.int("size", 1)
      guard x.rank >= 2, (1..<1 << 20).contains(size) else {
        throw NodeFailure(expected: "[N, C, ...]", got: "\(x.spec)")
      }
      let before = (size - 1) / 2
      var amounts = Array(repeating: (before: 0, after: 0), count: x.rank)
      amounts[1] = (before, size - 1 - before)
      let sum = (x * x).padded(amounts).slidingWindows(axis: 1, size: size).sum(axis: -1)
      let scale = try call.attributes.float("alpha", 1e-4) / Double(size)
      return x / (sum * scale + (try call.attributes.float("bias", 1))).pow(try call.attributes.float("beta", 0.75))
    },
    Operator("LpNormalization") { call in
      let x = try call.tensor(0)
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      let norm = x.norm(order: Double(try call.attributes.int("p", 2)), axis: axis, keepDims: true)
      // A row of zeros stays one, and has a gradient.
      return x / Tensor.where(norm .== 0, norm.onesLike(), norm)
    },
    Operator("MeanVarianceNormalization") { call in
      let x = try call.tensor(0)
      let axes = try call.axes(try call.attributes.ints("axes") ?? [0, 2, 3], rank: x.rank)
      let centered = x - x.mean(axes: axes, keepDims: true)
      let count = axes.reduce(1) { $0 * x.shape[$1] }
      // The root of the mean of the squares, as a norm: where all numbers are the same, its gradient is 0.
      let deviation = centered.norm(axes: axes, keepDims: true) / Double(max(count, 1)).squareRoot()
      return centered / (deviation + 1e-9)
    },
  ]

  /// y, mean and 1/deviation over the axes from `axis` on.
  static func layerNormalized(
    _ call: NodeCall, _ x: Tensor, _ axis: Int, _ weight: Tensor?, _ bias: Tensor?
  ) throws -> [Tensor] {
    let epsilon = try call.attributes.float("epsilon", 1e-5)
    // What made x may have failed.
    try checkTensorErrors()
    guard (0...x.rank).contains(axis) else { throw NodeFailure(expected: "an axis of \(x.spec)", got: "\(axis)") }
    let sizes = Array(x.shape.sizes[axis...])
    let fits = weight.map { $0.shape.sizes == sizes } ?? true && bias.map { $0.shape.sizes == sizes } ?? true
    if !call.wants(1), !call.wants(2), fits, bias == nil || weight != nil {
      return [x.layerNormalized(axisCount: x.rank - axis, weight: weight, bias: bias, epsilon: epsilon)]
    }
    let axes = Array(axis..<x.rank)
    let wide = x.converted(to: try call.stashType(x))
    let mean = wide.mean(axes: axes, keepDims: true)
    let centered = wide - mean
    let scale = ((centered * centered).mean(axes: axes, keepDims: true) + epsilon).rsqrt()
    var y = (centered * scale).converted(to: x.dtype)
    if let weight { y = y * weight }
    if let bias { y = y + bias }
    return [y, mean, scale]
  }

  private static func batchNormalization(_ call: NodeCall) throws -> [Tensor] {
    let (x, weight, bias) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let (mean, variance) = (try call.tensor(3), try call.tensor(4))
    let epsilon = try call.attributes.float("epsilon", 1e-5)
    let isStated = try call.attributes.flag("training_mode")
    guard isStated || call.isTraining else {
      let lead = x.rank >= 2 ? x : x.unsqueezed(-1)
      return [
        lead.batchNormalized(mean: mean, variance: variance, weight: weight, bias: bias, epsilon: epsilon)
          .converted(to: x.dtype).reshaped(to: x.shape)
      ]
    }
    let momentum = try call.attributes.float("momentum", 0.9)
    let (y, ofBatch, spread) = x.batchNormalized(weight: weight, bias: bias, epsilon: epsilon)
    let newMean = (mean * momentum + ofBatch * (1 - momentum)).converted(to: mean.dtype).detach()
    let newVariance = (variance * momentum + spread * (1 - momentum)).converted(to: variance.dtype).detach()
    if call.isTraining, x.elementCount > 0 {
      call.store(3, newMean)
      call.store(4, newVariance)
    }
    return [y.converted(to: x.dtype), newMean, newVariance]
  }

  private static func groupNormalization(_ call: NodeCall) throws -> Tensor {
    let (x, scale, bias) = (try call.tensor(0), try call.tensor(1), try call.tensor(2))
    let groups = try call.attributes.int("num_groups", 1)
    guard x.rank >= 2, groups > 0, x.shape[1] % groups == 0 else {
      throw NodeFailure(expected: "channels that \(groups) groups share", got: "\(x.spec)")
    }
    let each = x.shape[1] / groups
    // Before version 21 there was one scale for each group.
    let (weight, shift) =
      call.version < 21 && each > 1
      ? (scale.repeatInterleaved(each, axis: 0), bias.repeatInterleaved(each, axis: 0)) : (scale, bias)
    return x.groupNormalized(
      groups: groups, weight: weight, bias: shift, epsilon: try call.attributes.float("epsilon", 1e-5))
  }
}

extension NodeCall {
  /// The type in which a normalization is computed.
  func stashType(_ x: Tensor) throws -> DType {
    let stated = try dtype("stash_type") ?? .float32
    return DType.promoted(stated, x.dtype)
  }
}
