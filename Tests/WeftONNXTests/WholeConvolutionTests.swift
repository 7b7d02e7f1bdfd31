import Testing
import Weft
import WeftONNX

/// Convolutions of whole numbers are exact, whatever their types, windows and zero points.
@Suite struct WholeConvolutionTests {
  struct Windows: Sendable {
    let size: [Int]
    let kernel: [Int]
    var channels = 5
    var outputs = 7
    var groups = 1
    var strides = [1, 1]
    var dilations = [1, 1]
    /// Before each axis, then after each.
    var pads = [0, 0, 0, 0]
  }

  static let windows = [
    Windows(size: [6, 7], kernel: [3, 3], pads: [1, 1, 1, 1]),
    Windows(size: [6, 7], kernel: [1, 1], channels: 70),
    Windows(size: [9, 8], kernel: [3, 2], strides: [2, 3], dilations: [2, 1], pads: [2, 0, 1, 1]),
    Windows(size: [6, 6], kernel: [3, 3], channels: 6, outputs: 6, groups: 3, pads: [1, 1, 1, 1]),
    // More products in each sum than float32 is sure to hold.
    Windows(size: [5, 4], kernel: [3, 3], channels: 130, pads: [1, 0, 0, 1]),
    Windows(size: [9], kernel: [4], channels: 40, strides: [2], dilations: [1], pads: [3, 1]),
    Windows(
      size: [4, 3, 5], kernel: [2, 2, 3], strides: [1, 1, 1], dilations: [1, 1, 1], pads: [0, 1, 0, 1, 0, 0]),
  ]

  private static func bytes(_ shape: [Int], _ dtype: DType, seed: UInt64) -> Tensor {
    let range = dtype == .uint8 ? 0..<256 : -128..<128
    return SampleInput.integers(Shape(shape), in: range, dtype: dtype).draw(seed: seed)
  }

  /// The sums in float64, which holds them all.
  private static func expected(_ x: Tensor, _ weight: Tensor, _ zeros: [Tensor], _ windows: Windows) -> Tensor {
    let count = windows.kernel.count
    var (a, b) = (x.converted(to: .float64), weight.converted(to: .float64))
    if let zero = zeros.first { a = a - zero.converted(to: .float64) }
    if zeros.count > 1 {
      let zero = zeros[1].converted(to: .float64)
      b =
        b
        - (zero.rank == 0
          ? zero : zero.reshaped(to: Shape([zero.elementCount] + [Int](repeating: 1, count: count + 1))))
    }
    let pads = windows.pads
    return convolution(
      a, weight: b, stride: PerAxis(windows.strides),
      padding: Padding(before: PerAxis(Array(pads[..<count])), after: PerAxis(Array(pads[count...]))),
      dilation: PerAxis(windows.dilations), groups: windows.groups
    ).converted(to: .int32)
  }

  private static func attributes(_ windows: Windows) -> [Onnx_AttributeProto] {
    func list(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
      OneNode.attribute(name, values.map { Int64($0) }, isList: true)
    }
    return [
      list("strides", windows.strides), list("dilations", windows.dilations), list("pads", windows.pads),
      OneNode.attribute("group", [Int64(windows.groups)], isList: false),
    ]
  }

  @Test(arguments: windows.indices, [(DType.uint8, DType.int8), (.uint8, .uint8), (.int8, .int8)])
  func convInteger(_ number: Int, _ dtypes: (DType, DType)) throws {
    let windows = Self.windows[number]
    let x = Self.bytes([2, windows.channels] + windows.size, dtypes.0, seed: 1)
    let weight = Self.bytes([windows.outputs, windows.channels / windows.groups] + windows.kernel, dtypes.1, seed: 2)
    let node = OneNode.node("ConvInteger", inputs: 4, Self.attributes(windows))
    for shape in [[], [windows.outputs]] {
      let zeros = [Self.bytes([], dtypes.0, seed: 3), Self.bytes(shape, dtypes.1, seed: 4)]
      for count in [0, 1, 2] where count == 2 || shape.isEmpty {
        var node = node
        node.input = Array(node.input.prefix(2 + count))
        let found = try OneNode.run(node, [x, weight] + zeros.prefix(count))
        let expected = Self.expected(x, weight, Array(zeros.prefix(count)), windows)
        #expect(found.dtype == .int32 && found.elementsEqual(expected), "\(windows), \(count) zero points")
      }
    }
  }

  @Test(arguments: windows.indices) func qLinearConv(_ number: Int) throws {
    let windows = Self.windows[number]
    let x = Self.bytes([2, windows.channels] + windows.size, .uint8, seed: 1)
    let weight = Self.bytes([windows.outputs, windows.channels / windows.groups] + windows.kernel, .int8, seed: 2)
    let zeros = [Tensor(3, dtype: .uint8), Tensor([Int](repeating: 0, count: windows.outputs), dtype: .int8)]
    let scales = Tensor((0..<windows.outputs).map { 0.001 + 0.0001 * Double($0) }, dtype: .float32)
    let bias = Tensor((0..<windows.outputs).map { 900 * $0 - 2000 }, dtype: .int32)
    let inputs = [
      x, Tensor(0.5, dtype: .float32), zeros[0], weight, scales, zeros[1], Tensor(0.75, dtype: .float32),
      Tensor(100, dtype: .uint8), bias,
    ]
    let found = try OneNode.run(OneNode.node("QLinearConv", inputs: 9, Self.attributes(windows)), inputs)
    let channels = Shape([windows.outputs] + windows.kernel.map { _ in 1 })
    let sums = Self.expected(x, weight, zeros, windows) + bias.reshaped(to: channels)
    let scaled = sums.converted(to: .float64) * scales.converted(to: .float64).reshaped(to: channels) * (0.5 / 0.75)
    let expected = (scaled.round() + 100).clamped(low: 0, high: 255)
    #expect(found.dtype == .uint8)
    // What lies half-way between whole numbers may be rounded to either.
    let distance = (found.converted(to: .float64) - expected).abs()
    #expect(distance.max().item(as: Double.self) <= 1 && distance.mean().item(as: Double.self) < 1e-3)
  }

  /// ONNX Runtime's own convolutions and pools may have channels last.
  @Test func channelsMayBeLast() throws {
    let x = Self.bytes([2, 3, 5, 6], .uint8, seed: 1)
    let scale = Tensor(0.02, dtype: .float32)
    let zero = Tensor(90, dtype: .uint8)
    let others = [
      scale, zero, Self.bytes([4, 3, 3, 3], .int8, seed: 2), scale, Tensor(0, dtype: .int8),
      Tensor(0.2, dtype: .float32), zero,
    ]
    let pads = OneNode.attribute("pads", [1, 0, 0, 1], isList: true)
    let isLast = OneNode.attribute("channels_last", [1], isList: false)
    let expected = try OneNode.run(OneNode.node("QLinearConv", inputs: 8, [pads]), [x] + others)
    let turned = x.movedAxis(1, to: -1)
    let found = try OneNode.run(
      OneNode.node("QLinearConv", inputs: 8, domain: "com.microsoft", [pads, isLast]), [turned] + others)
    #expect(found.movedAxis(-1, to: 1).elementsEqual(expected))

    let kernel = OneNode.attribute("kernel_shape", [2, 3], isList: true)
    let pooled = try OneNode.run(OneNode.node("MaxPool", inputs: 1, [kernel]), [x])
    let other = try OneNode.run(OneNode.node("NhwcMaxPool", inputs: 1, domain: "com.microsoft", [kernel]), [turned])
    #expect(other.movedAxis(-1, to: 1).elementsEqual(pooled))
  }

  @Test func convolutionsThatDoNotFitAreRefused() throws {
    let node = OneNode.node("ConvInteger", inputs: 2)
    let x = Self.bytes([1, 3, 4, 4], .uint8, seed: 1)
    for shape in [[2, 4, 3, 3], [2, 3, 5, 5], [2, 3, 3]] {
      #expect(throws: ONNXError.self) { try OneNode.run(node, [x, Self.bytes(shape, .int8, seed: 2)]) }
    }
  }

  @Test func groupsBeyondTheChannelsAreRefused() throws {
    let inputs = [Self.bytes([1, 3, 4, 4], .uint8, seed: 1), Self.bytes([3, 1, 3, 3], .uint8, seed: 2)]
    for groups: Int64 in [2, 1_000_000_000, .max] {
      let node = OneNode.node(
        "ConvInteger", ["x0", "x1", "", "x2"], [OneNode.attribute("group", [groups], isList: false)])
      #expect(throws: ONNXError.self) { try OneNode.run(node, inputs + [Tensor(3, dtype: .uint8)]) }
    }
  }

  /// Zero points and a bias are more than int32 holds together, and the sum is not.
  @Test func largeBiasesDoNotWrap() throws {
    let (scale, zero) = (Tensor(1, dtype: .float32), Tensor(255, dtype: .uint8))
    let found = try OneNode.run(
      OneNode.node("QLinearConv", inputs: 9),
      [
        Tensor(full: [1, 1, 2, 2], 255, dtype: .uint8), scale, zero, Tensor(full: [1, 1, 1, 1], -128, dtype: .int8),
        scale, Tensor(0, dtype: .int8), Tensor(0x1p24, dtype: .float32), Tensor(0, dtype: .uint8),
        Tensor([Int(Int32.max) - 10], dtype: .int32),
      ])
    #expect(found.elementsEqual(Tensor(full: [1, 1, 2, 2], 128, dtype: .uint8)))
  }
}
