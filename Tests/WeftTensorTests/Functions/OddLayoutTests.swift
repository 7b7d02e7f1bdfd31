import Testing
import WeftTensor

/// What has a way of its own for operands that lie in memory in another order gives what it gives for dense ones, and so
/// do its gradients.
@Suite struct OddLayoutTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  private static let grid = Tensor(uniform: [2, 3, 5, 2], low: -1.2, high: 1.2, using: RandomStream(seed: 1))
  private static let order = Tensor([3, 0, 1, 1])

  static let ofMatrices: [String: Function] = [
    "cumulativeSum": { $0.cumulativeSum(axis: 1) }, "cumulativeSum down": { $0.cumulativeSum(axis: 0) },
    "cumulativeProduct": { $0.cumulativeProduct(axis: 1) },
    "cumulativeMax": { $0.cumulativeMax(axis: 1).values }, "cumulativeMin": { $0.cumulativeMin(axis: 0).values },
    "indexSelected": { $0.indexSelected(order, axis: 1) }, "indexSelected rows": { $0.indexSelected(order, axis: 0) },
    "softmax": { $0.softmax(axis: 0) }, "logSoftmax": { $0.logSoftmax(axis: 1) },
  ]

  static let ofImages: [String: Function] = [
    "gridSampled": { $0.gridSampled(grid) }, "gridSampled nearest": { $0.gridSampled(grid, mode: .nearest) },
    "pixelShuffled": { $0.pixelShuffled(by: 2) }, "softmax": { $0.softmax(axis: 1) },
    "logSoftmax": { $0.logSoftmax(axis: 1) }, "normalized": { $0.normalized(axis: 1) },
    "indexSelected": { $0.indexSelected(order, axis: 1) }, "cumulativeSum": { $0.cumulativeSum(axis: 1) },
    "cumulativeMax": { $0.cumulativeMax(axis: 3).values }, "groupNormalized": { $0.groupNormalized(groups: 2) },
    "groupNormalized one": { $0.groupNormalized(groups: 1) }, "groupNormalized each": { $0.groupNormalized(groups: 4) },
  ]

  @Test(arguments: ofMatrices.keys.sorted())
  func transposedMatrices(_ name: String) throws {
    let function = try #require(Self.ofMatrices[name])
    try expectTheSame(function, Tensor(normal: [9, 7], using: RandomStream(seed: 2)).transposed(), name)
  }

  @Test(arguments: ofImages.keys.sorted())
  func channelsLast(_ name: String) throws {
    let function = try #require(Self.ofImages[name])
    for channels in [4, 8, 20] {
      let image = Tensor(normal: [2, 5, 7, channels], using: RandomStream(seed: 3)).permuted([0, 3, 1, 2])
      try expectTheSame(function, image, "\(name), \(channels) channels")
    }
  }

  private func expectTheSame(_ function: Function, _ x: Tensor, _ label: String) throws {
    #expect(!x.isContiguous)
    for x in [x, x.converted(to: .float64), x.converted(to: .bfloat16)]
    // Grids are of float32 here, as are the images they sample.
    where x.dtype == .float32 || !label.hasPrefix("gridSampled") {
      let tolerance = x.dtype == .bfloat16 ? 0.02 : 1e-5
      #expect(function(x).isClose(to: function(x.contiguous()), tolerance), "\(label), \(x.dtype)")
      let weights = Tensor(normal: function(x).shape, using: RandomStream(seed: 4)).converted(to: x.dtype)
      let slopes = try [x, x.contiguous()].map { try slope(at: $0) { (function($0) * weights).sum() } }
      #expect(slopes[0].isClose(to: slopes[1], 4 * tolerance), "the gradient of \(label), \(x.dtype)")
    }
  }
}

extension Tensor {
  fileprivate func isClose(to other: Tensor, _ tolerance: Double) -> Bool {
    let (a, b) = (converted(to: .float64), other.converted(to: .float64))
    guard a.shape == b.shape else { return false }
    return (a - b).abs().max().item() <= tolerance * (1 + b.abs().max().item())
  }
}
