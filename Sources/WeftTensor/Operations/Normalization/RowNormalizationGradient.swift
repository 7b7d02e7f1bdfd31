/// The gradients of a normalization of rows: from g, that of its result, x, what was found of the rows, and perhaps a
/// weight. That of x is a formula along the rows, those of the parameters are sums over them.
protocol RowNormalizationGradient: FusedOperation {
  /// How many axes in front have a weight, and sums, of their own at each index.
  var lead: Int { get }
  /// Whether the gradients of the parameters are wanted beside that of x.
  var ofParameters: Bool { get }
  /// How many operands behind g and x say what was found of the rows: r alone, or μ and r.
  static var statisticsCount: Int { get }
  /// The gradient of x, without a weight and with one.
  static var slopes: [Formula] { get }
  /// What is added up for each parameter.
  static var sums: Formula { get }
  /// The results where no power of r leaves its type's range.
  func narrow(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]
  /// The inputs with x, and what was found of the rows, in float64.
  func wide(_ inputs: [Tensor]) -> [Tensor]
}

extension RowNormalizationGradient {
  /// The place of r among the operands, and how many stand before the weight.
  private static var scalePlace: Int { statisticsCount + 1 }
  private static var plainCount: Int { statisticsCount + 2 }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[1]
    guard (0..<x.shape.rank).contains(lead), x.dtype.isFloatingPoint else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("x", x)],
        expected: "floating-point numbers with more than \(lead) axes", got: "\(x)")
    }
    let rows = x.shape.removing(axes: [x.shape.rank - 1], keepDims: true)
    let parameter = Shape(x.shape.sizes.prefix(lead) + [x.shape[-1]])
    let wanted =
      [x.shape, x.shape] + Array(repeating: rows, count: Self.statisticsCount)
      + (inputs.count > Self.plainCount ? [parameter] : [])
    for (shape, input) in zip(wanted, inputs) { try TensorError.requireShape(shape, input, operation: Self.name) }
    let sums = Self.sums.outputs.map { _ in TensorSpec(parameter, x.dtype.statistics) }
    return [TensorSpec(x.shape, inputs[0].dtype.floating)] + (ofParameters ? sums : [])
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let rows = RowStatistics(scale: inputs[Self.scalePlace], mean: Self.statisticsCount > 1 ? inputs[2] : nil)
    var results = narrow(inputs, as: outputs)
    guard let far = rows.outOfRange() else { return results }
    let exact = zip(composite(wide(inputs)), outputs).map { $0.converted(to: $1.dtype) }
    // Sums have a part of every row; the other rows' own gradients stay as they are, bit for bit.
    results[0] = Tensor.where(far, exact[0], results[0])
    return [results[0]] + exact.dropFirst()
  }

  func narrow(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    zip(plain(inputs), outputs).map { $0.converted(to: $1.dtype) }
  }

  /// In tensor operations, where no power of r leaves its type's range.
  func plain(_ inputs: [Tensor]) -> [Tensor] {
    let (x, count) = (inputs[1], Self.plainCount)
    var operands = Array(inputs.prefix(count))
    if inputs.count > count {
      let between = Array(repeating: 1, count: x.rank - 1 - lead)
      operands.append(inputs[count].reshaped(to: Shape(x.shape.sizes.prefix(lead) + between + [x.shape[-1]])))
    }
    let slope = FormulaMap(
      formula: Self.slopes[operands.count - count], parameters: [], axis: x.rank - 1, dtype: inputs[0].dtype.floating)
    let slopes = slope.run(operands)
    guard ofParameters else { return slopes }
    let sums = FormulaSum(formula: Self.sums, axes: Array(lead..<(x.rank - 1)), dtype: x.dtype.statistics)
    let parameter = Shape(x.shape.sizes.prefix(lead) + [x.shape[-1]])
    return slopes + apply(sums, Array(inputs.prefix(count))).map { $0.reshaped(to: parameter) }
  }

  /// The same in units in which every row's r is about 1: powers of r, which derivatives are made of, stay in range.
  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let place = Self.scalePlace
    let unit = inputs[place].binaryUnit()
    let scaled = inputs[1..<place].map { $0 * unit } + [inputs[place] / unit]
    let results = plain([inputs[0]] + scaled + inputs.dropFirst(place + 1))
    return [(results[0] * unit).converted(to: results[0].dtype)] + results.dropFirst()
  }
}
