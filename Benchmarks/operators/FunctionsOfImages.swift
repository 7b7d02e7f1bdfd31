import Weft

// Functions of points, images and signals, and losses.
extension Functions {
  static let distances: [String: MakeFunction] = [
    "cdist": { x in
      let other = Tensor(normal: x.shape)
      return { cdist($0, other) }
    },
    "cdist1": { x in
      let other = Tensor(normal: x.shape)
      return { cdist($0, other, order: 1) }
    },
    "cdist-exact": { x in
      let other = Tensor(normal: x.shape)
      return { cdist($0, other, usesProducts: false) }
    },
    "pairwise": { x in
      let other = Tensor(normal: x.shape)
      return { pairwiseDistance($0, other) }
    },
    "cosine": { x in
      let other = Tensor(normal: x.shape)
      return { cosineSimilarity($0, other, axis: -1) }
    },
  ]

  static let images: [String: MakeFunction] = [
    "adaptive-average7": plain { $0.adaptiveAveragePooled(to: 7) },
    "adaptive-average5": plain { $0.adaptiveAveragePooled(to: 5) },
    "adaptive-average1": plain { $0.adaptiveAveragePooled(to: 1) },
    "adaptive-max7": plain { $0.adaptiveMaxPooled(to: 7) },
    "average3": plain { $0.averagePooled(kernel: 3, stride: 2, padding: 1) },
    "max2": plain { $0.maxPooled(kernel: 2) },
    "bilinear2": plain { $0.interpolated(scales: [2], mode: .linear) },
    "bilinear-odd": plain { $0.interpolated(size: 100, mode: .linear) },
    "bilinear-half": plain { $0.interpolated(size: 64, mode: .linear) },
    "nearest2": plain { $0.interpolated(scales: [2]) },
    "nearest-odd": plain { $0.interpolated(size: 100) },
    "bicubic2": plain { $0.interpolated(scales: [2], mode: .cubic) },
    "linear1": plain { $0.interpolated(scales: [2], mode: .linear) },
    "trilinear2": plain { $0.interpolated(scales: [2], mode: .linear) },
    "grid": { x in
      let grid = Tensor(uniform: [x.shape[0], x.shape[2], x.shape[3], 2], low: -1, high: 1).requiringGrad()
      return { $0.gridSampled(grid) }
    },
    "grid-nearest": { x in
      let grid = Tensor(uniform: [x.shape[0], x.shape[2], x.shape[3], 2], low: -1, high: 1)
      return { $0.gridSampled(grid, mode: .nearest) }
    },
    "unfold3": plain { $0.unfolded(kernel: 3, padding: 1) },
    "fold3": plain { $0.folded(outputSize: [32, 32], kernel: 3, padding: 1) },
    "pixelshuffle": plain { $0.pixelShuffled(by: 2) },
  ]

  static let signals: [String: MakeFunction] = [
    "rfft": plain { $0.rfft().real },
    "rfft-first": plain { $0.rfft(axis: 0).real },
    "rfft2": plain { $0.rfft2().real },
    "fft": { x in
      let pairs = ComplexTensor(pairs: Tensor(normal: Shape(x.shape.sizes + [2])).converted(to: x.dtype))
      return { _ in pairs.fft().real }
    },
    "irfft": { x in
      let half = x.rfft()
      return { _ in half.irfft() }
    },
  ]

  static let losses: [String: MakeFunction] = [
    "ctc": { x in
      let (steps, batch, classes) = (x.shape[0], x.shape[1], x.shape[2])
      let targets = Tensor(integers: [batch, steps / 4], in: 1..<classes)
      let inputLengths = Tensor(Array(repeating: steps, count: batch))
      let targetLengths = Tensor(Array(repeating: steps / 4, count: batch))
      return {
        ctcLoss(
          logProbabilities: $0.logSoftmax(axis: -1), targets: targets, inputLengths: inputLengths,
          targetLengths: targetLengths)
      }
    },
    "mse": { x in
      let target = Tensor(normal: x.shape)
      return { meanSquaredError($0, target) }
    },
    "smoothl1": { x in
      let target = Tensor(normal: x.shape)
      return { smoothL1Loss($0, target) }
    },
    "bce-logits": { x in
      let target = Tensor(uniform: x.shape)
      return { binaryCrossEntropy(logits: $0, target) }
    },
    "kldiv": { x in
      let target = Tensor(normal: x.shape).softmax(axis: -1)
      return { klDivergence(logProbabilities: $0, target) }
    },
    "crossentropy": { x in
      let classes = Tensor(integers: [x.shape[0]], in: 0..<x.shape[1])
      return { crossEntropy($0, classIndices: classes) }
    },
  ]
}
