import Foundation
import Testing
import WeftTensor

/// A number reaches the results that depend on it and no others, though the algorithm sums over whole tiles.
@Suite("Winograd's algorithm is local")
struct WinogradLocalityTests {
  struct Setting: CustomTestStringConvertible {
    let batch, channels, outChannels: Int
    let size: [Int]
    var stride = 1
    var padding = 1
    var dilation = 1
    var testDescription: String {
      "\(batch)x\(channels)x\(size) -> \(outChannels), stride \(stride), padding \(padding), dilation \(dilation)"
    }
  }

  static let settings = [
    Setting(batch: 2, channels: 32, outChannels: 33, size: [9, 11]),
    Setting(batch: 2, channels: 40, outChannels: 32, size: [12, 13], padding: 0),
    Setting(batch: 2, channels: 32, outChannels: 36, size: [9, 9], padding: 2),
    Setting(batch: 2, channels: 36, outChannels: 40, size: [17, 13], padding: 2, dilation: 2),
    Setting(batch: 4, channels: 33, outChannels: 35, size: [16, 18], stride: 2),
  ]

  /// What is put into an operand of [N, C, H, W].
  static let faults: [(name: String, change: @Sendable (inout [Float], _ image: Int) -> Void)] = [
    ("nothing", { _, _ in }),
    ("a NaN in a corner", { values, _ in values[0] = .nan }),
    ("infinities", { values, image in (values[image + 5], values[values.count / 2]) = (.infinity, -.infinity) }),
    ("1e6", { values, image in values[image / 2] = 1e6 }),
    ("1e3 in a corner", { values, _ in values[values.count - 1] = 1e3 }),
    ("1e20", { values, image in values[image - 1] = 1e20 }),
    ("half zeros", { values, image in for place in 0..<image / 2 { values[place] = 0 } }),
    (
      "zeros but for one",
      { values, image in for place in values.indices where place != image / 3 { values[place] = 0 } }
    ),
    ("tiny numbers", { values, _ in for place in values.indices { values[place] *= 1e-22 } }),
  ]

  private static func draw(_ shape: Shape, _ seed: UInt64) -> [Float] {
    SampleInput.real(shape, in: -0.4...1).draw(seed: seed).scalars(as: Float.self)
  }

  /// Output and gradients of input and weight.
  private static func results(_ s: Setting, _ operands: [Tensor]) -> [Tensor] {
    let (x, w) = (operands[0].requiringGrad(), operands[1].requiringGrad())
    let y = convolution(
      x, weight: w, stride: PerAxis(s.stride), padding: Padding(s.padding), dilation: PerAxis(s.dilation))
    y.backward(gradient: operands[2])
    return [y.detach()] + [x, w].compactMap(\.grad)
  }

  /// Against direct sums in float64 of what is finite. What is not reaches the results that have a term with it: those of
  /// a convolution of marks. Errors are against the sums of the magnitudes of the operand at fault, the others being all
  /// of their mean; direct sums in float32 have 1e-6.
  private static func compare(
    _ s: Setting, _ operands: [Tensor], fault: Int, within tolerance: Double, _ label: String
  ) {
    let wide = operands.map { $0.converted(to: .float64) }
    let marks = wide.map { ($0 * 0).isNaN().converted(to: .float64) }
    let finite = zip(wide, marks).map { Tensor.where($1 .> 0, 0, $0) }
    func others(_ other: (Tensor) -> Tensor, _ own: Tensor) -> [Tensor] {
      finite.enumerated().map { $0 == fault ? own : other($1) }
    }
    let found = results(s, operands)
    let wanted = results(s, finite)
    let reached = results(s, others({ $0.onesLike() }, marks[fault]))
    let sizes = results(s, others({ $0.onesLike() * $0.abs().mean() }, finite[fault].abs()))
    for (place, name) in ["output", "input", "weight"].enumerated() {
      // A gradient does not depend on what it is the gradient of.
      let isApart = place == [1, 2, 0][fault]
      let values = found[place].scalars(as: Double.self)
      let (expected, size) = (wanted[place].scalars(as: Double.self), sizes[place].scalars(as: Double.self))
      let marked = reached[place].scalars(as: Double.self)
      var (worst, lost, strayed) = (0.0, 0, 0)
      for index in values.indices {
        let isReached = marked[index] != 0 && !isApart
        if isReached || !values[index].isFinite {
          strayed += values[index].isFinite == isReached ? 1 : 0
        } else if size[index] == 0 {
          lost += values[index] == 0 ? 0 : 1
        } else if size[index] > 1e-30 {
          worst = max(worst, abs(values[index] - expected[index]) / size[index])
        }
      }
      #expect(strayed == 0, "\(label), \(name): not finite elsewhere")
      #expect(lost == 0, "\(label), \(name): zeros lost")
      #expect(worst <= tolerance, "\(label), \(name): \(worst)")
    }
  }

  @Test(arguments: settings)
  func whatOneNumberReaches(_ s: Setting) {
    let inShape = Shape([s.batch, s.channels] + s.size)
    let weight =
      Tensor(Self.draw([s.outChannels, s.channels, 3, 3], 2), shape: [s.outChannels, s.channels, 3, 3]) - 0.3
    let out = s.size.map { ($0 + 2 * s.padding - 2 * s.dilation - 1) / s.stride + 1 }
    let outShape = Shape([s.batch, s.outChannels] + out)
    for (name, change) in Self.faults {
      for side in ["input", "output gradient"] {
        var (x, g) = (Self.draw(inShape, 1), Self.draw(outShape, 3))
        if side == "input" {
          change(&x, s.channels * s.size[0] * s.size[1])
        } else {
          change(&g, s.outChannels * out[0] * out[1])
        }
        let operands = [Tensor(x, shape: inShape), weight, Tensor(g, shape: outShape)]
        Self.compare(s, operands, fault: side == "input" ? 0 : 2, within: 1e-5, "\(name) in the \(side)")
      }
    }
  }

  @Test(arguments: [Float.nan, .infinity, 1e20])
  func weightsThatAreNotFinite(_ value: Float) {
    let s = Self.settings[0]
    var weights = Self.draw([s.outChannels, s.channels, 3, 3], 2)
    weights[100] = value
    let operands = [
      Tensor(Self.draw([2, 32, 9, 11], 1), shape: [2, 32, 9, 11]), Tensor(weights, shape: [33, 32, 3, 3]),
      Tensor(Self.draw([2, 33, 9, 11], 3), shape: [2, 33, 9, 11]),
    ]
    Self.compare(s, operands, fault: 1, within: 1e-5, "\(value)")
  }

  /// Sums of terms of one sign lose nothing: a small one among great ones keeps its digits, and none is below zero.
  @Test func sumsOfOneSign() {
    let s = Self.settings[0]
    var operands = [Shape([2, 32, 9, 11]), [33, 32, 3, 3], [2, 33, 9, 11]].enumerated().map { place, shape in
      Tensor(Self.draw(shape, UInt64(place)), shape: shape).relu()
    }
    // Powers that lie far apart.
    operands[0] = operands[0].pow(8)
    let (found, wanted) = (Self.results(s, operands), Self.results(s, operands.map { $0.converted(to: .float64) }))
    for (y, expected) in zip(found, wanted) {
      let off = (y.converted(to: .float64) - expected).abs() - expected * 2e-6
      #expect(off.max().item() <= 0 && y.min().item() >= 0)
    }
  }

  /// In a process of its own: the switch is the whole process's.
  @Test func theSwitch() async {
    await #expect(processExitsWith: .success) {
      let x = SampleInput.real([2, 32, 16, 16]).draw(seed: 1).converted(to: .float32)
      let w = SampleInput.real([32, 32, 3, 3]).draw(seed: 2).converted(to: .float32)
      func output() -> [Float] { convolution(x, weight: w, padding: 1).scalars(as: Float.self) }
      precondition(Winograd.isEnabled && Machine.current.usesWinograd)
      let (fast, again) = (output(), output())
      Winograd.isEnabled = false
      precondition(!Machine.current.usesWinograd)
      let direct = output()
      Winograd.isEnabled = true
      precondition(fast == again && fast != direct && output() == fast)
    }
  }
}
