import WeftTensor

extension Operator {
  /// Convolutions.
  static let convolutions: [Operator] = [
    Operator("Conv") { call in
      try convolved(call, try call.tensor(0), try call.tensor(1), bias: try call.tensorIfAny(2))
    },
    Operator("ConvTranspose") { try transposed($0) },
    .several("CausalConvWithState") { try causal($0) },
  ]

  static func convolved(_ call: NodeCall, _ x: Tensor, _ weight: Tensor, bias: Tensor?) throws -> Tensor {
    try checkAxes(x, weight)
    let windows = try Windows(
      call, sizes: Array(x.shape.sizes.dropFirst(2)), kernel: Array(weight.shape.sizes.dropFirst(2)))
    return convolution(
      x, weight: weight, bias: bias, stride: PerAxis(windows.strides),
      padding: Padding(before: PerAxis(windows.before), after: PerAxis(windows.after)),
      dilation: PerAxis(windows.dilations), groups: try call.attributes.int("group", 1))
  }

  /// Products of sizes may be too large where there are no elements: each is below 2^31.
  private static func checkAxes(_ x: Tensor, _ weight: Tensor) throws {
    guard x.rank >= 3, weight.rank == x.rank, (x.shape.sizes + weight.shape.sizes).allSatisfy({ $0 < 1 << 31 }) else {
      throw NodeFailure(expected: "[N, C, spatial...] and weights of as many axes", got: "\(x.spec), \(weight.spec)")
    }
  }

  private static func transposed(_ call: NodeCall) throws -> Tensor {
    let (x, weight, bias) = (try call.tensor(0), try call.tensor(1), try call.tensorIfAny(2))
    try checkAxes(x, weight)
    let sizes = Array(x.shape.sizes.dropFirst(2))
    var windows = try Windows(call, sizes: sizes, kernel: Array(weight.shape.sizes.dropFirst(2)))
    let more = try call.attributes.ints("output_padding") ?? Array(repeating: 0, count: sizes.count)
    let groups = try call.attributes.int("group", 1)
    guard more.count == sizes.count, more.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw NodeFailure(expected: "output_padding from 0 for \(sizes.count) axes", got: "\(more)")
    }
    let whole = sizes.indices.map { (sizes[$0] - 1) * windows.strides[$0] + windows.extent($0) }
    let target = try outputSize(call, whole.indices.map { whole[$0] + more[$0] }, sizes, &windows)
    let isPlain = windows.isSymmetric && !more.contains { $0 > 0 }
    if isPlain, target == whole.indices.map({ whole[$0] - 2 * windows.before[$0] }) {
      return convolutionTransposed(
        x, weight: weight, bias: bias, stride: PerAxis(windows.strides), padding: Padding(PerAxis(windows.before)),
        dilation: PerAxis(windows.dilations), groups: groups)
    }
    let full = convolutionTransposed(
      x, weight: weight, stride: PerAxis(windows.strides), dilation: PerAxis(windows.dilations), groups: groups)
    let cut = full.padded(whole.indices.map { (-windows.before[$0], target[$0] + windows.before[$0] - whole[$0]) })
    guard let bias else { return cut }
    return cut + bias.reshaped(to: Shape([bias.elementCount] + Array(repeating: 1, count: sizes.count)))
  }

  /// The sizes that the node asks for, and the padding that gives them.
  private static func outputSize(
    _ call: NodeCall, _ whole: [Int], _ sizes: [Int], _ windows: inout Windows
  ) throws -> [Int] {
    let auto = try call.attributes.text("auto_pad", "NOTSET")
    let asked =
      try call.attributes.ints("output_shape")
      ?? (auto.hasPrefix("SAME") ? sizes.indices.map { sizes[$0] * windows.strides[$0] } : nil)
    guard let asked else { return whole.indices.map { whole[$0] - windows.before[$0] - windows.after[$0] } }
    let target = Array(asked.suffix(sizes.count))
    guard target.count == sizes.count, target.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw NodeFailure(expected: "an output_shape of \(sizes.count) axes", got: "\(asked)")
    }
    for axis in target.indices {
      let total = max(0, whole[axis] - target[axis])
      windows.before[axis] = auto == "SAME_UPPER" ? total / 2 : total - total / 2
      if auto == "NOTSET" { windows.before[axis] = total / 2 }
      windows.after[axis] = total - windows.before[axis]
    }
    return target
  }

  /// A depthwise convolution that looks back only, with what came before as its padding.
  private static func causal(_ call: NodeCall) throws -> [Tensor] {
    let (x, weight, bias) = (try call.tensor(0), try call.tensor(1), try call.tensorIfAny(2))
    guard x.rank >= 3, weight.rank == x.rank, let length = weight.shape.sizes.last else {
      throw NodeFailure(expected: "[N, C, L] and [C, 1, K]", got: "\(x.spec), \(weight.spec)")
    }
    let state = try call.tensorIfAny(3) ?? Tensor(zeros: Shape(x.shape.sizes.dropLast() + [length - 1]), dtype: x.dtype)
    let whole = concatenated([state, x], axis: -1)
    var y = convolution(whole, weight: weight, bias: bias, groups: x.shape[1])
    switch try call.attributes.text("activation", "none") {
    case "silu", "swish": y = y.silu()
    case "none": break
    case let name: throw NodeFailure(expected: "an activation that is silu, swish or none", got: name)
    }
    return [y, whole.sliced(axis: -1, from: whole.shape[-1] - (length - 1))]
  }
}
