import WeftTensor

/// How a new parameter's elements are drawn, from the process-wide generator: after `Random.seed(7)` two models that are
/// made in the same way are equal.
///
/// Shape: a weight is [out, in, kernel...]; each output sees `fanIn` = in · kernel inputs, each input reaches
/// `fanOut` = out · kernel outputs.
public struct Initializer: Sendable {
  let make: @Sendable (Shape) -> Tensor

  /// An initializer of one's own.
  public init(_ make: @escaping @Sendable (Shape) -> Tensor) { self.make = make }

  /// A tensor of `shape`, drawn anew on each call.
  public func callAsFunction(_ shape: Shape) -> Tensor {
    if let dtype = Self.placeholderType { return Tensor(zeros: [], dtype: dtype).expanded(to: shape) }
    return make(shape)
  }

  /// Set while a model is made whose values all come from a file: parameters of this type are then one zero that stands
  /// for all elements. Nothing is drawn, and no memory is asked for before the file is known to have such shapes.
  @TaskLocal package static var placeholderType: DType?
}

/// Which side of a weight keeps its variance: activations on the way forward, or gradients on the way back.
public enum FanMode: Sendable {
  /// By the inputs that each output sees, or by the outputs that each input reaches.
  case fanIn, fanOut
}

/// The function that follows a layer: its gain undoes what it does to the variance.
public enum Gain: Sendable {
  /// Gains of 1, 1, 5/3, √2 and 3/4.
  case linear, sigmoid, tanh, relu, selu
  /// √(2 / (1 + slope²)).
  case leakyReLU(slope: Double)

  /// PyTorch's `calculate_gain`.
  public var value: Double {
    switch self {
    case .linear, .sigmoid: 1
    case .tanh: 5 / 3
    case .relu: 2.0.squareRoot()
    case .leakyReLU(let slope): (2 / (1 + slope * slope)).squareRoot()
    case .selu: 0.75
    }
  }
}

extension Initializer {
  /// Zeros everywhere.
  public static let zeros = constant(0)
  /// Ones everywhere.
  public static let ones = constant(1)
  /// The same number everywhere.
  public static func constant(_ value: Double) -> Initializer { Initializer { Tensor(full: $0, value) } }

  /// Even over `low ..< high`.
  public static func uniform(_ low: Double = 0, _ high: Double = 1) -> Initializer {
    Initializer { Tensor(uniform: $0, low: low, high: high) }
  }

  /// Normal.
  public static func normal(mean: Double = 0, deviation: Double = 1) -> Initializer {
    Initializer { Tensor(normal: $0, mean: mean, deviation: deviation) }
  }

  /// Even within gain · √(3 / fan) (He et al., "Delving Deep into Rectifiers", 2015).
  public static func kaimingUniform(_ gain: Gain = .leakyReLU(slope: 0), mode: FanMode = .fanIn) -> Initializer {
    Initializer { shape in
      let bound = gain.value * (3 / Fan(shape).size(mode)).squareRoot()
      return Tensor(uniform: shape, low: -bound, high: bound)
    }
  }

  /// Normal with deviation gain / √fan (He et al., 2015).
  public static func kaimingNormal(_ gain: Gain = .leakyReLU(slope: 0), mode: FanMode = .fanIn) -> Initializer {
    Initializer { shape in
      Tensor(normal: shape, deviation: gain.value / Fan(shape).size(mode).squareRoot())
    }
  }

  /// Even within gain · √(6 / (fanIn + fanOut)) (Glorot and Bengio, "Understanding the difficulty of training deep
  /// feedforward neural networks", 2010).
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    Initializer { shape in
      let fan = Fan(shape)
      let bound = gain * (6 / (fan.size(.fanIn) + fan.size(.fanOut))).squareRoot()
      return Tensor(uniform: shape, low: -bound, high: bound)
    }
  }

  /// Normal with deviation gain · √(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010).
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    Initializer { shape in
      let fan = Fan(shape)
      return Tensor(normal: shape, deviation: gain * (2 / (fan.size(.fanIn) + fan.size(.fanOut))).squareRoot())
    }
  }

  /// Normal, without the values outside `range` (PyTorch's `trunc_normal_`).
  public static func truncatedNormal(
    mean: Double = 0, deviation: Double = 1, in range: ClosedRange<Double> = -2...2
  ) -> Initializer {
    Initializer { shape in
      Tensor(
        truncatedNormal: shape, mean: mean, deviation: deviation, low: range.lowerBound, high: range.upperBound)
    }
  }

  /// Rows (or, where there are fewer of them, columns) at right angles, of length `gain` (Saxe et al., "Exact solutions
  /// to the nonlinear dynamics of learning", 2014). The axes after the first count as one.
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape in
      let columns = Fan(shape).fanIn
      let sides = (few: min(shape[0], columns), many: max(shape[0], columns))
      let drawn = Tensor(normal: [sides.few, sides.many], dtype: .float64)
      let rows = Tensor(orthonormal(drawn.scalars(as: Double.self), width: sides.many), shape: drawn.shape) * gain
      return (shape[0] <= columns ? rows : rows.transposed()).reshaped(to: shape)
    }
  }

  /// Rows of `width` made orthonormal one after another (Gram and Schmidt).
  private static func orthonormal(_ values: [Double], width: Int) -> [Double] {
    var rows: [[Double]] = []
    for start in stride(from: 0, to: values.count, by: max(width, 1)) {
      var row = Array(values[start..<start + width])
      for other in rows {
        let shared = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
        for place in row.indices { row[place] -= shared * other[place] }
      }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      rows.append(row.map { $0 / length })
    }
    return rows.flatMap { $0 }
  }

  /// What PyTorch gives the weights and biases of linear and convolution layers: even within 1/√fanIn.
  static func uniform(fanIn: Int) -> Initializer {
    let bound = 1 / Double(max(fanIn, 1)).squareRoot()
    return uniform(-bound, bound)
  }
}

/// The fans of a weight [out, in, kernel...].
struct Fan {
  let fanIn, fanOut: Int

  init(_ shape: Shape) {
    guard shape.rank >= 2 else {
      report(
        TensorError(
          .shape, operation: "initializer", expected: "a weight of at least two axes, [out, in, kernel...]",
          got: "\(shape)", hint: "a bias has no fan: use `.zeros` or `.uniform`"))
      (fanIn, fanOut) = (1, 1)
      return
    }
    let kernel = shape.sizes.dropFirst(2).reduce(1, Self.product)
    (fanIn, fanOut) = (Self.product(shape[1], kernel), Self.product(shape[0], kernel))
  }

  /// The largest number instead of one that does not fit: the weight itself is refused then.
  static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflows) = a.multipliedReportingOverflow(by: b)
    return overflows ? .max : product
  }

  /// At least 1, so that an empty weight divides by no zero.
  func size(_ mode: FanMode) -> Double { Double(max(mode == .fanIn ? fanIn : fanOut, 1)) }
}

extension Parameter {
  /// Draws the value anew; the gradient and an optimizer's state stay.
  public func initialize(_ initializer: Initializer) { value = initializer(shape) }
}
