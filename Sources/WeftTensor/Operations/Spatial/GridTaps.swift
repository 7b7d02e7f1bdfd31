/// Which pixels of one axis each position of a grid is made of: their places, all inside the axis, and their weights, 0
/// outside of an image padded with zeros.
struct GridTaps {
  let taps: [(place: Tensor, weight: Tensor)]

  /// - Parameter positions: From -1 to 1, [N, points].
  init(_ positions: Tensor, size: Int, mode: InterpolationMode, padding: GridPadding, alignCorners: Bool) {
    let numbers = [Double(size), alignCorners ? 1 : 0]
    func map(_ formula: Formula, _ input: Tensor) -> [Tensor] {
      apply(FormulaMap(formula: formula, parameters: numbers, axis: nil, dtype: input.dtype), [input])
    }
    // A cubic's taps are padded one by one.
    let formula = mode == .cubic && padding != .zeros ? Self.unpadded : Self.padded(mode == .cubic ? .zeros : padding)
    let pixel = map(formula, positions)[0]
    let weights = map(Self.weights(mode), pixel)
    let firstFormula = mode == .nearest ? Self.rounded : Self.floor
    let first = map(firstFormula, pixel.detach())[0]
    taps = weights.enumerated().map { tap, weight in
      if padding != .zeros, mode == .cubic {
        // In float64, which holds places that no integer does.
        let place = first.converted(to: .float64) + Double(tap - 1)
        return (map(Self.place(padding), place)[0].converted(to: .int64), weight)
      }
      let place = first.converted(to: .int64) + Tensor(weak: mode == .cubic ? tap - 1 : tap)
      let inside = (place .>= 0) .& (place .< Tensor(weak: size))
      return (place.clamped(low: 0, high: Double(size - 1)), weight * inside.converted(to: weight.dtype))
    }
  }

  // Formulas of a position; their parameters are the size and whether corners are aligned.

  /// The pixel at a position, in pixels.
  private static let unpadded = Formula(inputs: 1, parameters: 2) { x, p in [unscaled(x[0], p)] }
  /// The same, brought near to the image: what lies farther out shows the same, nothing.
  private static let pixel = Formula(inputs: 1, parameters: 2) { x, p in [near(unscaled(x[0], p), p[0])] }
  private static let borderPixel = Formula(inputs: 1, parameters: 2) { x, p in [clipped(unscaled(x[0], p), p[0])] }
  private static let mirroredPixel = Formula(inputs: 1, parameters: 2) { x, p in
    [clipped(mirrored(unscaled(x[0], p), p), p[0])]
  }
  private static let clippedPlace = Formula(inputs: 1, parameters: 2) { x, p in [clipped(x[0], p[0])] }
  private static let mirroredPlace = Formula(inputs: 1, parameters: 2) { x, p in [clipped(mirrored(x[0], p), p[0])] }
  private static let floor = Formula(inputs: 1, parameters: 2) { x, _ in [WeftTensor.floor(x[0])] }
  private static let rounded = Formula(inputs: 1, parameters: 2) { x, _ in [round(x[0])] }

  private static func padded(_ padding: GridPadding) -> Formula {
    switch padding {
    case .zeros: pixel
    case .border: borderPixel
    case .reflection: mirroredPixel
    }
  }

  private static func place(_ padding: GridPadding) -> Formula { padding == .border ? clippedPlace : mirroredPlace }

  private static func unscaled(_ x: Expression, _ p: [Expression]) -> Expression {
    select(p[1], (x + 1) * ((p[0] - 1) / 2), (x + 1) * (p[0] / 2) - 0.5)
  }

  /// Far positions moved to where no tap meets the image.
  private static func near(_ x: Expression, _ size: Expression) -> Expression {
    select((x .< -4) .| (x .> size + 4), -4, x)
  }

  /// The slope at the borders is 0, as in PyTorch.
  private static func clipped(_ x: Expression, _ size: Expression) -> Expression {
    select(x .> 0, select(x .< size - 1, x, size - 1), 0)
  }

  private static func mirrored(_ x: Expression, _ p: [Expression]) -> Expression {
    let low = select(p[1], 0, -0.5)
    let span = select(p[1], p[0] - 1, p[0])
    let width = select(span .> 0, span, 1)
    let distance = abs(x - low)
    let rest = remainder(distance, width)
    let isOdd = remainder(WeftTensor.floor(distance / width), 2) .> 0
    return select(span .> 0, select(isOdd, width - rest, rest) + low, 0)
  }

  // Weights of the pixels around a pixel's position.

  private static func weights(_ mode: InterpolationMode) -> Formula {
    switch mode {
    case .nearest: one
    case .cubic: cubic
    default: linear
    }
  }

  private static let one = Formula(inputs: 1, parameters: 2) { _, _ in [1] }
  private static let linear = Formula(inputs: 1, parameters: 2) { x, _ in
    let share = x[0] - WeftTensor.floor(x[0])
    return [1 - share, share]
  }
  private static let cubic = Formula(inputs: 1, parameters: 2) { x, _ in
    let t = x[0] - WeftTensor.floor(x[0])
    // Keys' kernel with a = -0.75, near and far from its center.
    func near(_ d: Expression) -> Expression { (1.25 * d - 2.25) * d * d + 1 }
    func far(_ d: Expression) -> Expression { ((-0.75 * d + 3.75) * d - 6) * d + 3 }
    return [far(t + 1), near(t), near(1 - t), far(2 - t)]
  }
}
