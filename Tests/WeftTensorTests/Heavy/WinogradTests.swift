import Testing
import WeftTensor

/// 3x3 convolutions with enough channels and points to be computed by Winograd's algorithm.
@Suite("Convolutions by Winograd's algorithm")
struct WinogradTests {
  struct Case: CustomTestStringConvertible {
    let batch, channels, outChannels: Int
    let size: [Int]
    var before = 1
    var after = 1
    var stride = 1
    var dilation = 1
    var testDescription: String {
      "\(batch)x\(channels)x\(size) -> \(outChannels), padding \(before), \(after), stride \(stride), dilation \(dilation)"
    }
    var padding: Padding { Padding(before: PerAxis(before), after: PerAxis(after)) }
    var inputShape: Shape { Shape([batch, channels] + size) }
  }

  /// Whole and cut tiles, whole and cut vectors of channels, few channels and many, blocks of tiles that do not fit.
  static let cases = [
    Case(batch: 4, channels: 32, outChannels: 32, size: [8, 8]),
    Case(batch: 3, channels: 33, outChannels: 45, size: [9, 7], before: 1, after: 0),
    Case(batch: 5, channels: 70, outChannels: 130, size: [7, 14], before: 0, after: 1),
    Case(batch: 3, channels: 40, outChannels: 64, size: [18, 15], before: 0, after: 0),
    Case(batch: 24, channels: 48, outChannels: 36, size: [16, 16]),
    Case(batch: 12, channels: 256, outChannels: 256, size: [4, 4]),
    Case(batch: 8, channels: 32, outChannels: 48, size: [16, 16], stride: 2),
    Case(batch: 12, channels: 33, outChannels: 65, size: [11, 14], before: 1, after: 0, stride: 2),
    Case(batch: 4, channels: 36, outChannels: 40, size: [17, 13], before: 2, after: 2, dilation: 2),
    Case(batch: 3, channels: 32, outChannels: 33, size: [20, 19], before: 1, after: 3, dilation: 3),
  ]

  private static func results(_ c: Case, _ dtype: DType) -> [Tensor] {
    let draw = { (shape: Shape, seed: UInt64) in
      SampleInput.real(shape).draw(seed: seed).converted(to: .float32).converted(to: dtype)
    }
    let x = draw(c.inputShape, 1).requiringGrad()
    let w = draw([c.outChannels, c.channels, 3, 3], 2).requiringGrad()
    let b = draw([c.outChannels], 3).requiringGrad()
    let y = convolution(
      x, weight: w, bias: b, stride: PerAxis(c.stride), padding: c.padding, dilation: PerAxis(c.dilation))
    (y * draw(y.shape, 4)).sum().backward()
    return [y.detach()] + [x, w, b].compactMap(\.grad)
  }

  /// float64 is always computed directly. Measured in float32 on these cases, against the root mean square of what is
  /// computed: at most 2e-6 in the mean and 2e-5 at worst; direct sums in float32 are about half as far off, and a
  /// fifth in the weight gradient.
  @Test("Close to the definition", arguments: cases)
  func closeToTheDefinition(_ c: Case) {
    let (found, wanted) = (Self.results(c, .float32), Self.results(c, .float64))
    #expect(found.count == 4 && wanted.count == 4)
    for (name, (found, wanted)) in zip(["output", "input", "weight", "bias"], zip(found, wanted)) {
      let differences = (found.converted(to: .float64) - wanted).flattened()
      let scale = wanted.squared().mean().sqrt().item()
      #expect(differences.squared().mean().sqrt().item() <= 4e-6 * scale, "\(name), in the mean")
      #expect(differences.abs().max().item() <= 5e-5 * scale, "\(name), at worst")
    }
  }

  @Test func anyOrderInMemoryGivesTheSame() {
    let c = Self.cases[1]
    let x = SampleInput.real(c.inputShape).draw(seed: 1).converted(to: .float32)
    let w = SampleInput.real([c.outChannels, c.channels, 3, 3]).draw(seed: 2).converted(to: .float32)
    let wanted = convolution(x, weight: w, padding: 1).scalars(as: Float.self)
    let lastAxisFirst = x.permuted([3, 1, 0, 2]).contiguous().permuted([2, 1, 3, 0])
    #expect(convolution(lastAxisFirst, weight: w, padding: 1).scalars(as: Float.self) == wanted)
    let transposed = w.transposed(0, 1).contiguous().transposed(0, 1)
    #expect(transposed.strides != w.strides)
    #expect(convolution(x, weight: transposed, padding: 1).scalars(as: Float.self) == wanted)
  }

  @Test func everyRunGivesTheSameBits() {
    let c = Self.cases[4]
    let first = Self.results(c, .float32).map { $0.scalars(as: Float.self) }
    for _ in 0..<5 {
      #expect(Self.results(c, .float32).map { $0.scalars(as: Float.self) } == first)
    }
  }
}
