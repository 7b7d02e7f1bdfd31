import CWeft

// Functions of rows that have kernels of their own beside the formulas.
extension CPUBackend {
  /// How many columns are worth a vector that is computed for them, of which the rest is thrown away.
  private static let columns = 8
  /// The longest rows of which several are computed side by side, as columns.
  private static let shortRow = 128

  func softmax(_ input: Tensor, axis: Int, logarithm: Bool) -> Tensor? {
    if Self.areShortRows([input], axis: axis) {
      return shortRows(like: input) { result in
        weft_row_softmax(
          Int32(input.dtype.rawValue), logarithm, Int64(input.elementCount / input.shape[axis]),
          Int64(input.shape[axis]), input.baseAddress, result.baseAddress)
      }
    }
    let sizes = input.shape.sizes
    let (outer, inner) = (sizes[..<axis].reduce(1, *), sizes[(axis + 1)...].reduce(1, *))
    let isRows = inner == 1 && sizes[axis] >= Self.shortRow
    guard input.dtype.isFloatingPoint, input.isContiguous, isRows || inner >= Self.columns else { return nil }
    // What is widened first takes memory of its own.
    let isWidened = input.dtype.isHalf || (!isRows && inner < WEFT_SOFTMAX_COLUMNS)
    guard !isWidened || sizes[axis] <= 1 << 16 else { return nil }
    let result = Tensor(uninitialized: input.spec)
    guard !result.isInvalid else { return result }
    withExtendedLifetime(input) {
      weft_softmax_along(
        Int32(input.dtype.rawValue), logarithm, Int64(outer), Int64(sizes[axis]), Int64(inner), input.baseAddress,
        result.baseAddress)
    }
    return result
  }

  func softmaxGradient(_ gradient: Tensor, _ y: Tensor, axis: Int, logarithm: Bool) -> Tensor? {
    if Self.areShortRows([y, gradient], axis: axis) {
      return shortRows(like: y) { result in
        weft_row_softmax_gradient(
          Int32(y.dtype.rawValue), logarithm, Int64(y.elementCount / y.shape[axis]), Int64(y.shape[axis]),
          gradient.baseAddress, y.baseAddress, result.baseAddress)
      }
    }
    let sizes = y.shape.sizes
    let (outer, inner) = (sizes[..<axis].reduce(1, *), sizes[(axis + 1)...].reduce(1, *))
    guard inner >= WEFT_SOFTMAX_COLUMNS, gradient.shape == y.shape, y.elementCount > 0,
      y.dtype == .float32 || y.dtype == .float64, gradient.dtype == y.dtype, gradient.isContiguous, y.isContiguous
    else { return nil }
    let result = Tensor(uninitialized: y.spec)
    guard !result.isInvalid else { return result }
    withExtendedLifetime((gradient, y)) {
      weft_column_softmax_gradient(
        Int32(y.dtype.rawValue), logarithm, Int64(outer), Int64(sizes[axis]), Int64(inner), gradient.baseAddress,
        y.baseAddress, result.baseAddress)
    }
    return result
  }

  /// Whether these lie in the same order, without gaps, in short rows along the axis, of a type that is computed in
  /// float32.
  private static func areShortRows(_ tensors: [Tensor], axis: Int) -> Bool {
    let first = tensors[0]
    return (2...shortRow).contains(first.shape[axis]) && first.strides[axis] == 1 && first.elementCount > 0
      && (first.dtype == .float32 || first.dtype.isHalf)
      && strides(for: first.shape, like: [first]) == first.strides
      && tensors.allSatisfy { $0.dtype == first.dtype && $0.shape == first.shape && $0.strides == first.strides }
  }

  /// A result that lies as `model` does.
  private func shortRows(like model: Tensor, _ body: (Tensor) -> Void) -> Tensor {
    let result = Tensor(
      storage: Storage(byteCount: model.spec.byteCount), shape: model.shape, strides: model.strides, dtype: model.dtype)
    if !result.isInvalid { withExtendedLifetime(model) { body(result) } }
    return result
  }

  /// Whether these are float32 and lie row by row.
  private static func areFloats(_ tensors: [Tensor]) -> Bool {
    tensors.allSatisfy { $0.dtype == .float32 && $0.isContiguous && $0.elementCount > 0 }
  }

  private static func floats(_ tensor: Tensor) -> UnsafeMutablePointer<Float> {
    tensor.baseAddress.assumingMemoryBound(to: Float.self)
  }

  /// How far apart the logits of a row lie; nil where the kernels of the cross-entropy do not take that.
  private static func distanceOfClasses(_ logits: Tensor, _ axis: Int) -> Int64? {
    let inner = logits.shape.sizes[(axis + 1)...].reduce(1, *)
    return inner == 1 || inner >= WEFT_CROSS_ENTROPY_COLUMNS ? Int64(inner) : nil
  }

  func crossEntropyRows(_ logits: Tensor, _ classes: Tensor, axis: Int, as row: TensorSpec) -> [Tensor]? {
    guard let inner = Self.distanceOfClasses(logits, axis), Self.areFloats([logits]), row.dtype == .float32,
      classes.isContiguous
    else { return nil }
    let results = (0..<3).map { _ in Tensor(uninitialized: row) }
    guard !results.contains(where: \.isInvalid) else { return results }
    var call = weft_cross_entropy()
    (call.rows, call.columns, call.inner) = (Int64(classes.elementCount), Int64(logits.shape[axis]), inner)
    call.logits = UnsafePointer(Self.floats(logits))
    (call.classes, call.class_dtype) = (UnsafeRawPointer(classes.baseAddress), Int32(classes.dtype.rawValue))
    (call.largest, call.sums, call.chosen) = (
      Self.floats(results[0]), Self.floats(results[1]), Self.floats(results[2])
    )
    withExtendedLifetime((logits, classes, results)) { weft_cross_entropy_rows(&call) }
    return results
  }

  func crossEntropyGradient(_ inputs: [Tensor], axis: Int, ignored: Int) -> Tensor? {
    let (logits, classes) = (inputs[2], inputs[3])
    guard let inner = Self.distanceOfClasses(logits, axis),
      Self.areFloats([inputs[0], inputs[1], logits, inputs[4], inputs[5]]),
      inputs[0].rank == 0, inputs[1].rank == 0, classes.isContiguous
    else { return nil }
    let result = Tensor(uninitialized: logits.spec)
    guard !result.isInvalid else { return result }
    var call = weft_cross_entropy_slope()
    (call.rows, call.columns) = (Int64(classes.elementCount), Int64(logits.shape[axis]))
    (call.inner, call.ignored) = (inner, Int64(ignored))
    (call.gradient, call.count) = (UnsafePointer(Self.floats(inputs[0])), UnsafePointer(Self.floats(inputs[1])))
    call.logits = UnsafePointer(Self.floats(logits))
    (call.largest, call.logarithms) = (UnsafePointer(Self.floats(inputs[4])), UnsafePointer(Self.floats(inputs[5])))
    (call.classes, call.class_dtype) = (UnsafeRawPointer(classes.baseAddress), Int32(classes.dtype.rawValue))
    call.result = Self.floats(result)
    withExtendedLifetime((inputs, result)) { weft_cross_entropy_gradient(&call) }
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
