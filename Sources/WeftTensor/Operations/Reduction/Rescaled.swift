/// Numbers in float64, times a power of 2 for each group along axes, such that no square of them, and no sum of these,
/// leaves its range: for a second pass over groups whose statistics overflowed or vanished though the result does not.
struct Rescaled {
  /// x times the scale.
  let values: Tensor
  /// Exact factors, the axes kept at size 1: 1 for whatever float32 holds.
  let scale: Tensor

  /// - Parameter raises: Whether small numbers are made larger; large ones always become smaller.
  init(_ x: Tensor, over axes: [Int], raises: Bool = true) {
    let backend = x.backend
    let spec = TensorSpec(x.shape.removing(axes: axes, keepDims: true), .float64)
    let largest = backend.reduce(Self.size, [], by: [.maximum], axes: axes, [x], as: [spec])[0]
    scale = backend.map(Self.factor, [raises ? 0x1p-400 : 0], [largest], as: [spec])[0]
    values = backend.map(Self.product, [], [x, scale], as: [TensorSpec(x.shape, .float64)])[0]
  }

  private static let size = Formula { x in abs(x) }
  private static let product = Formula { x, y in x * y }
  private static let factor = Formula(inputs: 1, parameters: 1) { x, p in
    [select(x[0] .> Expression(0x1p400), Expression(0x1p-600), select(x[0] .< p[0], Expression(0x1p600), 1))]
  }

  /// A result in the numbers' own unit (`power` 1: of lengths; 2: of squares; -1: of their inverses), in `dtype`.
  func restored(_ result: Tensor, power: Int = 1, as dtype: DType) -> Tensor {
    let formula = power == 2 ? Self.square : power == 1 ? Self.length : Self.product
    return result.backend.map(formula, [], [result, scale], as: [TensorSpec(scale.shape, dtype)])[0]
  }

  /// A positive number that is added to squares, in the unit of each group's: it does not vanish there, where a group
  /// of equal numbers would be divided by 0.
  func amongSquares(_ value: Double) -> Tensor {
    let spec = TensorSpec(scale.shape, .float64)
    let floor = value > 0 ? Double.leastNormalMagnitude : 0
    return scale.backend.map(Self.addend, [value, floor], [scale], as: [spec])[0]
  }

  private static let addend = Formula(inputs: 1, parameters: 2) { x, p in [maximum(p[0] * x[0] * x[0], p[1])] }
  private static let length = Formula { x, y in x / y }
  private static let square = Formula { x, y in x / y / y }
}

extension DType {
  /// The smallest number of the type of statistics that keeps all its digits.
  var leastNormal: Double { self == .float64 ? 0x1p-1022 : 0x1p-126 }

  /// The sum of squares, for each that is summed, below which those too small for the type may matter.
  var smallestExactSquare: Double { self == .float64 ? 0x1p-996 : 0x1p-100 }
}
