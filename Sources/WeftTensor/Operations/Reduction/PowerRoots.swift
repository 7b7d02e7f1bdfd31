/// (Σ|x|ᵖ)^(1/p) of groups whose powers left their type's range: m·(Σ(|x|/m)ᵖ)^(1/p) in float64, m the largest |x| (for
/// p < 0 the smallest), has none that does. What the norms of a tensor and the distances of points share.
struct PowerRoots {
  private let size, ratio: Formula

  /// x is an operand itself.
  static let ofNumbers = PowerRoots(inputCount: 1) { x in x[0] }
  /// x is the difference of two operands.
  static let ofDifferences = PowerRoots(inputCount: 2) { x in x[0] - x[1] }

  private init(inputCount count: Int, _ number: @escaping (ArraySlice<Expression>) -> Expression) {
    size = Formula(inputs: count) { x, _ in [abs(number(x[..<count]))] }
    ratio = Formula(inputs: count + 1, parameters: 1) { x, p in [pow(abs(number(x[..<count])) / x[count], p[0])] }
  }

  /// How many elements of an operand are copied at once.
  private static let partSize = 1 << 20

  /// Writes the roots of a second look at `operands`, which have one shape, into `roots`.
  func mend(_ roots: Tensor, _ look: SecondLook, _ order: Double, of operands: [Tensor], over axes: [Int]) {
    let width = operands[0].shape.count(along: axes)
    for part in look.parts(of: Swift.max(1, Self.partSize / Swift.max(1, width))) {
      let groups = part.groups(of: operands, over: axes)
      let units = units(groups.values, groups.axes, order)
      // A group whose m is 0, ∞ or NaN has that root, as it is: nearly always these are groups of zeros.
      let isOpen = roots.backend.map(Self.isOpen, [], [units], as: [TensorSpec(units.shape, .bool)])[0]
      guard let open = part.narrowed(to: isOpen) else { continue }
      if open.count == part.count {
        put(groups.values, groups.axes, units, order, open, into: roots)
      } else {
        let groups = open.groups(of: operands, over: axes)
        put(groups.values, groups.axes, self.units(groups.values, groups.axes, order), order, open, into: roots)
      }
    }
  }

  /// The m of each group.
  private func units(_ values: [Tensor], _ axes: [Int], _ order: Double) -> Tensor {
    let spec = TensorSpec(values[0].shape.removing(axes: axes, keepDims: true), .float64)
    return values.backend.reduce(
      size, [], by: [order > 0 ? .maximum : .minimum], axes: axes, values, as: [spec])[0]
  }

  private func put(
    _ values: [Tensor], _ axes: [Int], _ units: Tensor, _ order: Double, _ look: SecondLook, into roots: Tensor
  ) {
    let backend = units.backend
    let sum = backend.reduce(ratio, [order], by: [.sum], axes: axes, values + [units], as: [units.spec])[0]
    let found = backend.map(Self.root, [order], [sum, units], as: [TensorSpec(units.shape, roots.dtype)])[0]
    look.put(found, into: roots)
  }

  private static let isOpen = Formula { x in (x .> 0) .& isFinite(x) }
  private static let root = Formula(inputs: 2, parameters: 1) { x, p in [x[1] * pow(x[0], 1 / p[0])] }
}
