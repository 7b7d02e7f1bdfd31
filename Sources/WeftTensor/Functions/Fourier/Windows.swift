/// A window: weights that fade a piece of a signal in and out.
public enum SignalWindow: Sendable, Hashable {
  /// (1 - cos)/2.
  case hann
  /// α - β·cos.
  case hamming(alpha: Double = 0.54, beta: Double = 0.46)
  /// 0.42 - cos/2 + 0.08·cos of the double angle.
  case blackman
  /// A triangle.
  case bartlett
  /// I₀(β·√(1 - t²))/I₀(β) for t from -1 to 1.
  case kaiser(beta: Double = 12)
  /// Ones.
  case rectangular

  /// The weight at `place` of 0 through `last`.
  fileprivate func weight(_ place: Int, _ last: Int) -> Double {
    let turn = Double(place) / Double(last)
    let cosine = { (turns: Double) in ScalarFunctions.unary(.cos, 2 * Double.pi * turns) }
    switch self {
    case .hann: return 0.5 - 0.5 * cosine(turn)
    case .hamming(let alpha, let beta): return alpha - beta * cosine(turn)
    case .blackman: return 0.42 - 0.5 * cosine(turn) + 0.08 * cosine(2 * turn)
    case .bartlett: return 1 - Swift.abs(2 * turn - 1)
    case .kaiser(let beta):
      let t = 2 * turn - 1
      return Self.bessel(beta * Swift.max(1 - t * t, 0).squareRoot()) / Self.bessel(beta)
    case .rectangular: return 1
    }
  }

  /// I₀(x) = Σ ((x/2)ᵏ/k!)².
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, k) = (1.0, 1.0, 1.0)
    while term > sum * 1e-17 {
      term *= (x / (2 * k)) * (x / (2 * k))
      sum += term
      k += 1
    }
    return sum
  }
}

extension Tensor {
  /// `count` weights of a window. A periodic one, for spectra, is a symmetric one of one weight more without the last
  /// (PyTorch's `hann_window` and its kin).
  public init(window: SignalWindow, count: Int, periodic: Bool = true, dtype: DType = .float32) {
    if let error = TensorError.creating(TensorSpec([count], dtype), operation: "window") {
      self = .failed(error)
      return
    }
    let last = periodic ? count : count - 1
    let weights = (0..<Swift.max(count, 0)).map { count == 1 ? 1 : window.weight($0, last) }
    self.init(weights, shape: [weights.count], dtype: dtype)
  }
}
