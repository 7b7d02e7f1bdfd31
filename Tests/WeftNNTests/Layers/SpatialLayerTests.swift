import Testing
import Weft

/// Layers that move, resample or gather elements, or compare two inputs.
@Suite struct SpatialLayerTests {
  private let layers: [String: Module] = [
    "pixel_shuffle": PixelShuffle(2), "pixel_unshuffle": PixelUnshuffle(2), "channel_shuffle": ChannelShuffle(2),
    "unfold": Unfold([2, 3], dilation: [1, 2], padding: [1, 2], stride: [2, 1]), "unfold_unbatched": Unfold(2),
    "fold": Fold(outputSize: [4, 5], [2, 3], padding: [1, 0], stride: [2, 1]),
    "fold_unbatched": Fold(outputSize: [3, 3], 2), "upsample_nearest": Upsample(scale: 2),
    "upsample_size": Upsample(size: [5, 4]), "upsample_bilinear": Upsample(scales: [2, 1.5], mode: .linear),
    "upsample_bilinear_corners": Upsample(scale: 2, mode: .linear, alignCorners: true),
    "upsample_bicubic": Upsample(size: 7, mode: .cubic), "upsample_trilinear": Upsample(scale: 1.7, mode: .linear),
    "local_response": LocalResponseNorm(3, alpha: 0.5, beta: 0.6, k: 2), "lp_pool1d": LPPool1d(order: 2, 3, stride: 2),
    "lp_pool2d": LPPool2d(order: 3, [2, 3], ceilMode: true), "lp_pool3d": LPPool3d(order: 2, 2),
    "avg_pool_divisor": AvgPool2d(2, divisorOverride: 3),
    "conv_transpose_size": ConvTranspose2d(2, 3, kernelSize: 3, stride: 2, padding: 1),
  ]
  private let ofTwo: [String: Module] = [
    "bilinear": Bilinear(3, 4, 2), "bilinear_no_bias": Bilinear(3, 4, 2, bias: false), "cosine": CosineSimilarity(),
    "cosine_axis": CosineSimilarity(axis: -1, epsilon: 1e-3), "distance": PairwiseDistance(),
    "distance_all": PairwiseDistance(order: 3, epsilon: 1e-3, keepDims: true),
  ]
  private let unpools: [String: (pool: MaxPoolLayer, unpool: MaxUnpoolLayer)] = [
    "max_unpool1d": (MaxPool1d(2), MaxUnpool1d(2)),
    "max_unpool2d": (MaxPool2d(3, stride: 3, padding: 1), MaxUnpool2d(3, stride: 3, padding: 1)),
    "max_unpool3d": (MaxPool3d(2), MaxUnpool3d(2)), "max_unpool2d_size": (MaxPool2d(2), MaxUnpool2d(2)),
  ]
  private let fractional: [String: FractionalMaxPoolLayer] = [
    "fractional2d": FractionalMaxPool2d(2, outputSize: [3, 2]),
    "fractional2d_ratio": FractionalMaxPool2d(2, outputRatio: [0.6, 0.5]),
    "fractional3d": FractionalMaxPool3d(2, outputSize: [2, 3, 2]),
  ]

  @Test func goldens() throws {
    let cases = try GoldenCase.family("spatial")
    #expect(cases.count == layers.count + ofTwo.count + unpools.count + fractional.count)
    for (name, golden) in cases {
      if let (pool, unpool) = unpools[name] {
        golden.compare(unpool) { inputs in
          let (values, indices) = pool.withIndices(inputs[0])
          return [unpool(values, indices: indices, outputSize: name.hasSuffix("size") ? [5, 4] : nil)]
        }
      } else if let pool = fractional[name] {
        golden.compare(pool) { [pool.withIndices($0[0], samples: $0[1]).values] }
      } else if let layer = ofTwo[name] {
        golden.compare(layer) { [compared(layer, $0[0], $0[1])] }
      } else {
        let layer = try #require(layers[name], "\(name)")
        golden.compare(layer) { inputs in
          [(layer as? ConvTranspose2d).map { $0(inputs[0], outputSize: [6, 5]) } ?? layer(inputs[0])]
        }
      }
    }
  }

  private func compared(_ layer: Module, _ a: Tensor, _ b: Tensor) -> Tensor {
    switch layer {
    case let layer as Bilinear: layer(a, b)
    case let layer as CosineSimilarity: layer(a, b)
    case let layer as PairwiseDistance: layer(a, b)
    default: layer(a)
    }
  }

  @Test func oneImageWithoutABatchAxis() {
    let image = Tensor(uniform: [2, 6, 4])
    let (values, indices) = MaxPool2d(2).withIndices(image)
    #expect(values.shape == [2, 3, 2])
    let whole = MaxUnpool2d(2)(values, indices: indices)
    #expect(whole.shape == [2, 6, 4])
    #expect(MaxPool2d(2)(whole).scalars(as: Float.self) == values.scalars(as: Float.self))
    #expect(LPPool2d(order: 2, 2)(image).shape == [2, 3, 2])
    #expect(FractionalMaxPool2d(2, outputSize: 3)(image).shape == [2, 3, 3])
    #expect(Fold(outputSize: [6, 4], 2)(Unfold(2)(image)).shape == [2, 6, 4])
    #expect(PixelUnshuffle(2)(image).shape == [8, 3, 2])
  }

  @Test func windowsAtRandomPlacesFollowTheSeed() {
    let (layer, image) = (FractionalMaxPool2d(2, outputRatio: [0.6]), Tensor(uniform: [1, 3, 20, 20]))
    func drawn(_ seed: UInt64) -> [Int] {
      Random.withSeed(seed) { layer.withIndices(image).indices.scalars(as: Int.self) }
    }
    #expect(drawn(1) == drawn(1))
    #expect(drawn(1) != drawn(2))
  }

  @Test func misuseIsNamed() throws {
    func failure(_ body: () -> Tensor) throws -> TensorError {
      try #require(throws: TensorError.self) { try withTensorErrors { body() } }
    }
    let model = Sequential { PixelShuffle(2) }
    let error = try failure { model(Tensor(zeros: [1, 3, 2, 2])) }
    #expect(error.modulePath == "0" && error.code == .shape)
    #expect(try failure { ChannelShuffle(2)(Tensor(zeros: [1, 3, 2])) }.code == .shape)
    #expect(try failure { Bilinear(3, 4, 2)(Tensor(zeros: [1, 4]), Tensor(zeros: [1, 4])) }.code == .shape)
    #expect(try failure { Upsample(scales: [2, 2])(Tensor(zeros: [1, 1, 4])) }.code == .value)
    #expect(
      try failure { ConvTranspose2d(2, 3, kernelSize: 3, stride: 2)(Tensor(zeros: [1, 2, 3, 3]), outputSize: [9, 7]) }
        .code == .value)
    let ratio = try #require(throws: TensorError.self) {
      try withTensorErrors { FractionalMaxPool2d(2, outputRatio: [1.5]) }
    }
    #expect(ratio.description == "[FractionalMaxPool2d]: expected 1 ratio, or 2, between 0 and 1, got [1.5]")
  }
}
