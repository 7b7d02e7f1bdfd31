// The sizes of a weight in codes, checked.
extension CodedSizes {
  /// - Parameter weight: Codes, scales and minima, as many as there are.
  /// - Throws: `TensorError` for what is no weight of the format.
  init(_ format: CodeFormat, _ weight: [TensorSpec], operation: String) throws(TensorError) {
    func refuse(_ kind: TensorError.Code, _ expected: String, _ got: String) -> TensorError {
      TensorError(
        kind, operation: operation, operands: Array(zip(["codes", "scales", "minima"], weight)), expected: expected,
        got: got)
    }
    let codes = weight[0]
    guard codes.dtype == format.dtype else { throw refuse(.dtype, "codes of \(format.dtype)", "\(codes.dtype)") }
    let bytes = format.unitBytes
    guard codes.shape.rank == 2, format == .int8 || codes.shape[1].isMultiple(of: bytes) else {
      throw refuse(.shape, "codes [out, bytes] with rows of \(bytes) bytes for 32 numbers", "\(codes.shape)")
    }
    (outputs, inputs) = (codes.shape[0], format == .int8 ? codes.shape[1] : codes.shape[1] / bytes * CodeFormat.unit)
    let counts = format.holdsScales ? 1...1 : format == .int4 ? 2...3 : 2...2
    guard counts.contains(weight.count) else {
      let what = format.holdsScales ? "no scales beside blocks" : "scales\(format == .int4 ? "" : " without minima")"
      throw refuse(.value, what, "\(weight.count - 1) tensors beside the codes")
    }
    (group, dtype) = (max(inputs, 1), .float32)
    guard !format.holdsScales else { return }
    dtype = DType.promoted(Array(weight.dropFirst()))
    guard dtype.isFloatingPoint else { throw refuse(.dtype, "floating-point scales", "\(dtype)") }
    let scales = weight[1].shape
    // Rows without numbers have one scale, which scales nothing: groups of none would be any number of them.
    guard scales.rank == 2, scales[0] == outputs, scales[1] > 0, inputs.isMultiple(of: scales[1]),
      scales[1] == 1 || inputs > 0 && (inputs / scales[1]).isMultiple(of: CodeFormat.unit),
      weight.dropFirst(2).allSatisfy({ $0.shape == scales })
    else {
      throw refuse(
        .shape, "scales [\(outputs), groups], each for all \(inputs) numbers of a row or a multiple of 32",
        weight.dropFirst().map { "\($0.shape)" }.joined(separator: " and "))
    }
    group = max(inputs / scales[1], 1)
  }
}
