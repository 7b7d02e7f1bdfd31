import Weft

/// A type with a few cases, of which each is a sound argument.
protocol DrawableChoice: Drawable {
  static func choices(_ draw: ArgumentDraw) -> [Self]
}

extension DrawableChoice {
  static func drawn(_ draw: ArgumentDraw) -> Self { draw.pick(choices(draw)) }
}

extension DrawableChoice where Self: CaseIterable {
  static func choices(_ draw: ArgumentDraw) -> [Self] { Array(allCases) }
}

extension DType: DrawableChoice {}
extension FourierNormalization: DrawableChoice {}
extension InterpolationMode: DrawableChoice {}
extension QuantileInterpolation: DrawableChoice {}
extension ScatterReduction: DrawableChoice {}
extension EmbeddingBagMode: DrawableChoice {}
extension GridPadding: DrawableChoice {}
extension MeshIndexing: DrawableChoice {}
extension CodeFormat: DrawableChoice {}
extension ResNet.Depth: DrawableChoice {}
extension VGG.Depth: DrawableChoice {}

extension LossReduction: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [LossReduction] { [.none, .mean, .sum] }
}

extension TransformerActivation: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [TransformerActivation] { [.relu, .gelu, .geluTanh, .silu] }
}

extension PaddingMode: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [PaddingMode] {
    [.constant(Double.drawn(draw)), .reflect, .replicate, .circular]
  }
}

extension Annealing: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [Annealing] { [.cosine, .linear] }
}

extension Schedules.CycleHeight: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [Schedules.CycleHeight] {
    [.same, .halved, .multiplied(by: Double.drawn(draw))]
  }
}

extension Gain: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [Gain] { [.linear, .selu, .leakyReLU(slope: Double.drawn(draw))] }
}

extension FanMode: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [FanMode] { [.fanIn, .fanOut] }
}

extension GELUApproximation: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [GELUApproximation] { [.none, .tanh] }
}

extension ResNet.Stem: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [ResNet.Stem] { [.large, .small] }
}

extension RotaryLayout: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [RotaryLayout] { [.interleaved, .halves] }
}

extension RNN.Nonlinearity: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [RNN.Nonlinearity] { [.tanh, .relu] }
}

extension LBFGS.LineSearch: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [LBFGS.LineSearch] { [.none, .strongWolfe] }
}

extension Muon.Scaling: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [Muon.Scaling] { [.original, .likeAdamW] }
}

extension SignalWindow: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [SignalWindow] {
    [.hann, .hamming(alpha: Double.drawn(draw)), .blackman, .bartlett, .kaiser(beta: Double.drawn(draw)), .rectangular]
  }
}

extension MatrixNormOrder: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [MatrixNormOrder] {
    [.frobenius, .nuclear, .spectral(), .spectral(smallest: true), .columns(), .rows(smallest: true)]
  }
}

extension ShortTimeFourier: DrawableChoice {
  static func choices(_ draw: ArgumentDraw) -> [ShortTimeFourier] {
    [
      ShortTimeFourier(
        size: Int.drawn(draw), hop: draw.make((Int?).self), window: draw.make((Tensor?).self),
        isCentered: Bool.drawn(draw), padding: PaddingMode.drawn(draw), isNormalized: Bool.drawn(draw),
        isOneSided: Bool.drawn(draw))
    ]
  }
}
