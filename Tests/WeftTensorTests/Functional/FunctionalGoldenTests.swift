import Testing
import WeftTensor

@Suite("Functions of images, windows, pools, vectors and sequences against PyTorch")
struct FunctionalGoldenTests {
  @Test(arguments: FunctionalGolden.cases("interpolate"), [DType.float64, .float32])
  func interpolation(_ golden: FunctionalGolden, _ dtype: DType) throws {
    try golden.check(in: dtype) { x in
      let mode = try #require(InterpolationMode(rawValue: x.text("mode")))
      let (alignCorners, antialias) = (x.flag("alignCorners"), x.flag("antialias"))
      if let scales = x.optionalNumbers("scales") {
        return [x["input"].interpolated(scales: scales, mode: mode, alignCorners: alignCorners, antialias: antialias)]
      }
      return [
        x["input"].interpolated(size: x.axes("size"), mode: mode, alignCorners: alignCorners, antialias: antialias)
      ]
    }
  }

  @Test(arguments: FunctionalGolden.cases("grids"))
  func grids(_ golden: FunctionalGolden) throws {
    try golden.check { x in
      let alignCorners = x.flag("alignCorners")
      if golden.call == "affineGrid" {
        return [affineGrid(x["maps"], size: x.integers("size"), alignCorners: alignCorners)]
      }
      let mode = try #require(InterpolationMode(rawValue: x.text("mode")))
      let padding = try #require(GridPadding(rawValue: x.text("padding")))
      return [x["input"].gridSampled(x["grid"], mode: mode, padding: padding, alignCorners: alignCorners)]
    }
  }

  @Test(arguments: FunctionalGolden.cases("windows"))
  func windows(_ golden: FunctionalGolden) throws {
    let call = try #require(Self.windowCalls[golden.call])
    try golden.check { try call($0) }
  }

  @Test(arguments: FunctionalGolden.cases("pools"))
  func pools(_ golden: FunctionalGolden) throws {
    let call = try #require(Self.poolCalls[golden.call])
    try golden.check { try call($0) }
  }

  @Test(arguments: FunctionalGolden.cases("vectors"))
  func vectors(_ golden: FunctionalGolden) throws {
    let call = try #require(Self.vectorCalls[golden.call])
    try golden.check { try call($0) }
  }

  @Test(arguments: FunctionalGolden.cases("attention"))
  func attentionOfSharedHeads(_ golden: FunctionalGolden) throws {
    try golden.check { x in
      [
        scaledDotProductAttention(
          query: x["query"], key: x["key"], value: x["value"], attentionMask: x.optional("mask"),
          isCausal: x.flag("causal"),
          scale: x.optionalNumbers("scale")?[0], sharesHeads: true)
      ]
    }
  }

  @Test(arguments: FunctionalGolden.cases("ctc"))
  func temporalClassification(_ golden: FunctionalGolden) throws {
    try golden.check { x in
      let lengths = Tensor(x.integers("lengths"))
      let losses = x["logits"].logSoftmax(axis: -1).ctcLosses(
        targets: x["targets"], inputLengths: Tensor(x.integers("inputs")), targetLengths: lengths,
        blank: x.integers("blank")[0], zeroInfinity: x.flag("zero"))
      switch x.text("reduction") {
      case "sum": return [losses.sum()]
      case "mean": return [(losses / lengths.clamped(low: 1)).mean()]
      default: return [losses]
      }
    }
  }

  typealias Call = @Sendable (FunctionalCall) throws -> [Tensor]

  private static let windowCalls: [String: Call] = [
    "unfold": { x in
      [
        x["input"].unfolded(
          kernel: x.axes("kernel"), stride: x.axes("stride"), padding: x.axes("padding"), dilation: x.axes("dilation"),
          spatialAxes: x["input"].rank - 2)
      ]
    },
    "fold": { x in
      [
        x["input"].folded(
          outputSize: x.integers("size"), kernel: x.axes("kernel"), stride: x.axes("stride"),
          padding: x.axes("padding"), dilation: x.axes("dilation"))
      ]
    },
    "windows": { x in
      [x["input"].slidingWindows(axis: x.integers("axis")[0], size: x.integers("size")[0], step: x.integers("step")[0])]
    },
    "pixelShuffle": { x in [x["input"].pixelShuffled(by: x.integers("factor")[0])] },
    "pixelUnshuffle": { x in [x["input"].pixelUnshuffled(by: x.integers("factor")[0])] },
    "channelShuffle": { x in [x["input"].detach().channelShuffled(groups: x.integers("groups")[0])] },
    "pad": { x in
      let modes: [String: PaddingMode] = [
        "constant": .constant(1.5), "reflect": .reflect, "replicate": .replicate, "circular": .circular,
      ]
      let amounts = x.integers("amounts")
      let pairs = stride(from: 0, to: amounts.count, by: 2).map { (before: amounts[$0], after: amounts[$0 + 1]) }
      return [x["input"].padded(pairs, mode: try #require(modes[x.text("mode")]))]
    },
    "localResponse": { x in
      [x["input"].localResponseNormalized(size: x.integers("size")[0], alpha: 0.1, beta: 0.6, k: 2)]
    },
    "transposedSize": { x in
      [convolutionTransposed(x["input"], weight: x["weight"], stride: 2, padding: 1, outputSize: x.integers("size"))]
    },
  ]

  private static let poolCalls: [String: Call] = [
    "lpPool": { x in
      [
        x["input"].lpPooled(
          order: x.numbers("order")[0], kernel: x.axes("kernel"), stride: x.axes("stride"), ceilMode: x.flag("ceil"),
          spatialAxes: x["input"].rank - 2)
      ]
    },
    "maxUnpool": { x in
      let size = x.optionalNumbers("size").map { $0.map { Int($0) } }
      return [
        x["input"].maxUnpooled(
          x["places"], kernel: x.axes("kernel"), outputSize: size, spatialAxes: x["input"].rank - 2)
      ]
    },
    "fractionalMaxPool": { x in
      let pool = x["input"].fractionalMaxPooled(
        kernel: x.axes("kernel"), outputSize: x.axes("size"), samples: x["samples"])
      return [pool.values, pool.indices]
    },
    "maxPool": { x in
      let pool = x["input"].maxPooledWithIndices(
        kernel: x.axes("kernel"), stride: x.axes("stride"), padding: x.axes("padding"), dilation: x.axes("dilation"),
        ceilMode: x.flag("ceil"), spatialAxes: x["input"].rank - 2)
      return [pool.values, pool.indices]
    },
    "averagePool": { x in
      let divisor = x.integers("divisor")[0]
      return [
        x["input"].averagePooled(
          kernel: x.axes("kernel"), stride: x.axes("stride"), padding: x.axes("padding"), ceilMode: x.flag("ceil"),
          countsPadding: x.flag("counts"), divisor: divisor == 0 ? nil : divisor, spatialAxes: x["input"].rank - 2)
      ]
    },
  ]

  private static func order(_ x: FunctionalCall) -> Double {
    let order = x.numbers("order")[0]
    return order < 0 ? .infinity : order
  }

  private static let vectorCalls: [String: Call] = [
    "cdist": { x in [cdist(x["a"], x["b"], order: order(x))] },
    "pdist": { x in [x["a"].pairDistances(order: order(x))] },
    "pairwiseDistance": { x in [pairwiseDistance(x["a"], x["b"], order: order(x), keepDims: true)] },
    "cosineSimilarity": { x in [cosineSimilarity(x["a"], x["b"], axis: x.integers("axis")[0])] },
    "normalize": { x in [x["a"].normalized(order: order(x), axis: x.integers("axis")[0])] },
    "bilinear": { x in [bilinear(x["a"], x["b"], weight: x["weight"], bias: x.optional("bias"))] },
    "embeddingBag": { x in
      let padding = x.integers("padding")[0]
      return [
        x["table"].embeddingBag(
          x["indices"], offsets: x.optional("offsets"), mode: try #require(EmbeddingBagMode(rawValue: x.text("mode"))),
          perSampleWeights: x.optional("weights"), paddingIndex: padding < 0 ? nil : padding,
          includesLastOffset: x.flag("last"))
      ]
    },
  ]
}
