import CWeft

// Functions of rows that have kernels of their own beside the formulas.
extension CPUBackend {
  /// How many columns are worth a vector that is computed for them, of which the rest is thrown away.
  private static let columns = 8

  func softmax(_ input: Tensor, axis: Int, logarithm: Bool) -> Tensor? {
    let sizes = input.shape.sizes
    let (outer, inner) = (sizes[..<axis].reduce(1, *), sizes[(axis + 1)...].reduce(1, *))
    guard input.dtype == .float32 || input.dtype.isHalf, input.isContiguous, inner >= Self.columns else { return nil }
    // What is widened first takes memory of its own.
    let isWidened = input.dtype != .float32 || inner < WEFT_SOFTMAX_COLUMNS
    guard !isWidened || sizes[axis] <= 1 << 16 else { return nil }
    let result = Tensor(uninitialized: input.spec)
    guard !result.isInvalid else { return result }
    withExtendedLifetime(input) {
      weft_column_softmax(
        Int32(input.dtype.rawValue), logarithm, Int64(outer), Int64(sizes[axis]), Int64(inner), input.baseAddress,
        result.baseAddress)
    }
    return result
  }

  func normalizedRows(_ inputs: [Tensor], epsilon: Double, as outputs: [TensorSpec]) -> [Tensor]? {
    let x = inputs[0]
    guard x.dtype == .float32 || x.dtype == .float64, x.elementCount > 0, outputs.allSatisfy({ $0.dtype == x.dtype }),
      inputs.allSatisfy({ $0.dtype == x.dtype })
    else { return nil }
    let inputs = inputs.map { $0.contiguous() }
    let results = outputs.map { Tensor(uninitialized: $0) }
    guard !(inputs + results).contains(where: \.isInvalid) else { return results }
    let columns = x.shape[-1]
    var call = weft_normalization()
    call.dtype = Int32(x.dtype.rawValue)
    call.rows = Int64(x.elementCount / Swift.max(columns, 1))
    call.columns = Int64(columns)
    call.epsilon = epsilon
    call.input = UnsafeRawPointer(inputs[0].baseAddress)
    if inputs.count > 1 { call.weight = UnsafeRawPointer(inputs[1].baseAddress) }
    if inputs.count > 2 { call.bias = UnsafeRawPointer(inputs[2].baseAddress) }
    call.output = results[0].baseAddress
    if outputs.count > 2 { call.means = results[1].baseAddress }
    call.scales = results[results.count - 1].baseAddress
    withExtendedLifetime(inputs) { weft_normalize_rows(&call) }
    return results
  }

  func normalizedRowsGradient(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor]? {
    let dtype = inputs[1].dtype
    guard dtype == .float32 || dtype == .float64, inputs[1].elementCount > 0,
      inputs.allSatisfy({ $0.dtype == dtype }), outputs.allSatisfy({ $0.dtype == dtype })
    else { return nil }
    let inputs = inputs.map { $0.contiguous() }
    let results = outputs.map { Tensor(uninitialized: $0) }
    guard !results.contains(where: \.isInvalid) else { return results }
    let columns = inputs[1].shape[-1]
    var call = weft_normalization_gradient()
    call.dtype = Int32(dtype.rawValue)
    call.rows = Int64(inputs[1].elementCount / columns)
    call.columns = Int64(columns)
    call.gradient = UnsafeRawPointer(inputs[0].baseAddress)
    call.input = UnsafeRawPointer(inputs[1].baseAddress)
    call.means = UnsafeRawPointer(inputs[2].baseAddress)
    call.scales = UnsafeRawPointer(inputs[3].baseAddress)
    if inputs.count > 4 { call.weight = UnsafeRawPointer(inputs[4].baseAddress) }
    call.input_gradient = results[0].baseAddress
    if results.count > 2 {
      call.weight_gradient = results[1].baseAddress
      call.bias_gradient = results[2].baseAddress
    }
    return withExtendedLifetime(inputs) { weft_normalize_rows_gradient(&call) } ? results : nil
  }
}
