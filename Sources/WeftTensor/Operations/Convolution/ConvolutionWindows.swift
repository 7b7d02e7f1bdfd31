/// How a convolution's windows move: what its user says, before shapes are known.
public struct ConvolutionWindows: Hashable, Sendable {
  /// How far the window moves from one result to the next, at least 1.
  public var stride: PerAxis
  /// How many zeros stand around the input.
  public var padding: Padding
  /// How far a window's elements lie apart in the input, at least 1.
  public var dilation: PerAxis
  /// How many groups the channels are in; it divides those of both sides.
  public var groups: Int

  /// By default windows that move one by one over the input alone, over all channels.
  public init(stride: PerAxis = 1, padding: Padding = 0, dilation: PerAxis = 1, groups: Int = 1) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }
}

extension ConvolutionGeometry {
  /// The geometry of convolving `input` with `weight`.
  /// - Throws: `TensorError` where they do not fit.
  package init(_ inputs: [TensorSpec], _ windows: ConvolutionWindows, operation: String) throws(TensorError) {
    let check = ConvolutionCheck(operation: operation, inputs: inputs, names: ["input", "weight", "bias"])
    try check.ranks(weightAxes: "[out, in / groups, kernel...]")
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    batch = input[0]
    inChannels = input[1]
    outChannels = weight[0]
    groups = windows.groups
    inSize = Array(input.sizes.dropFirst(2))
    kernel = Array(weight.sizes.dropFirst(2))
    try check.groups(groups, of: outChannels, "the weight's axis 0 (output channels)")
    guard weight[1] > 0, inChannels == weight[1] * groups else { throw check.channels(weight[1] * groups) }
    let axes = kernel.count
    stride = try windows.stride.resolved(axes, "stride", atLeast: 1, operation: operation)
    dilation = try windows.dilation.resolved(axes, "dilation", atLeast: 1, operation: operation)
    let reach = try check.reach(kernel, dilation)
    (paddingBefore, paddingAfter) = try windows.padding.resolved(reach: reach, stride: stride, operation: operation)
    outSize = []
    for axis in 0..<axes {
      let room = inSize[axis] + paddingBefore[axis] + paddingAfter[axis] - reach[axis] - 1
      guard room >= 0 else {
        throw check.tooSmall(axis: axis + 2, needed: inSize[axis] - room, padded: room + reach[axis] + 1)
      }
      outSize.append(room / stride[axis] + 1)
    }
    try check.bias(outChannels)
  }

  /// What a user would have said for this geometry.
  var windows: ConvolutionWindows {
    ConvolutionWindows(
      stride: PerAxis(stride), padding: Padding(before: PerAxis(paddingBefore), after: PerAxis(paddingAfter)),
      dilation: PerAxis(dilation), groups: groups)
  }
}

extension Tensor {
  /// A bias, one number per channel, as [1, channels, 1...] of `rank` axes.
  func alongChannels(rank: Int) -> Tensor {
    reshaped(to: Shape([1, shape[0]] + Array(repeating: 1, count: rank - 2)))
  }
}

/// The checks and messages that convolutions share.
struct ConvolutionCheck {
  let operation: String
  let inputs: [TensorSpec]
  let names: [String]

  func error(
    _ code: TensorError.Code = .shape, expected: String, got: String, hint: String = ""
  ) -> TensorError {
    var given = inputs
    given[0] = SingleExample.spec(given[0])
    return TensorError(
      code, operation: operation, operands: Array(zip(names, given)), expected: expected, got: got, hint: hint)
  }

  func ranks(weightAxes: String) throws(TensorError) {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    guard (3...5).contains(weight.rank) else {
      throw error(
        expected: "a weight of 3, 4 or 5 axes, \(weightAxes) with 1, 2 or 3 kernel axes", got: "\(weight.rank) axes")
    }
    guard input.rank == weight.rank else {
      throw error(
        expected: "an input of \(weight.rank) axes, [batch, channels, spatial...], as the weight has "
          + "\(weight.rank - 2) kernel axes",
        got: "\(input.rank) axes",
        hint: input.rank == weight.rank - 1 ? "no batch axis? `input.unsqueezed(0)` adds one" : "")
    }
    guard DType.promoted(inputs).isFloatingPoint else {
      throw error(
        .dtype, expected: "a floating-point type", got: "\(DType.promoted(inputs))",
        hint: "`x.converted(to: .float32)`")
    }
  }

  func groups(_ groups: Int, of channels: Int, _ name: String) throws(TensorError) {
    guard channels > 0 else { throw error(expected: "\(name) of at least 1", got: "0") }
    guard groups > 0, channels.isMultiple(of: groups) else {
      throw error(.value, expected: "groups that divide \(name), \(channels)", got: "groups \(groups)")
    }
  }

  func channels(_ needed: Int) -> TensorError {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    var hint = ""
    let axis = SingleExample.axis(1)
    if needed == 0 {
      return error(expected: "a weight for at least 1 input channel (its axis 1)", got: "\(weight[1])")
    }
    if input[-1] == needed {
      let last = SingleExample.axis(input.rank - 1)
      let order = Array(0..<axis) + [last] + Array(axis..<last)
      hint = "channels last? `input.permuted(\(order))` brings them to axis \(axis)"
    } else if needed == 1, SingleExample.isRunning {
      hint = "a batch without an axis of channels? `input.unsqueezed(1)` adds one"
    } else if weight[0] == input[1], weight[0] != weight[1] {
      hint = "is the weight transposed? Its axes are [out, in / groups, kernel...]"
    }
    return error(
      expected: "the input's axis \(axis) (channels) to have size \(needed), the weight's axis 1 times the groups",
      got: "\(input[1])", hint: hint)
  }

  /// How far a window reaches behind its first element.
  func reach(_ kernel: [Int], _ dilation: [Int]) throws(TensorError) -> [Int] {
    guard kernel.allSatisfy({ $0 > 0 }) else { throw error(expected: "kernel axes of at least 1", got: "\(kernel)") }
    var reach: [Int] = []
    for (size, step) in zip(kernel, dilation) {
      let (product, overflow) = step.multipliedReportingOverflow(by: size - 1)
      guard !overflow, product < 1 << 46 else {
        throw error(.value, expected: "a kernel that fits in memory", got: "\(kernel) dilated by \(dilation)")
      }
      reach.append(product)
    }
    return reach
  }

  func tooSmall(axis: Int, needed: Int, padded: Int) -> TensorError {
    error(
      expected: "the input's axis \(SingleExample.axis(axis)) to have at least size \(needed), so that the kernel "
        + "fits in once",
      got: "\(inputs[0].shape[axis]) (\(padded) with its padding)",
      hint: inputs[0].shape[-1] <= 4 && axis < inputs[0].shape.rank - 1
        ? "channels last? They belong to axis \(SingleExample.axis(1))" : "")
  }

  func bias(_ channels: Int) throws(TensorError) {
    guard inputs.count > 2, inputs[2].shape != [channels] else { return }
    throw error(
      expected: "a bias of shape [\(channels)], one number per output channel", got: "\(inputs[2].shape)",
      hint: inputs[2].shape.elementCount == channels ? "`bias.flattened()`" : "")
  }
}
