import CWeft

// What the heavy kernels share: filling C arrays, layouts of results, codes of failures.

extension CPUBackend {
  /// What a kernel's code means; nil where it ran.
  static func failure(_ status: Int32, operation: String, _ operands: [(name: String, spec: TensorSpec)])
    -> TensorError?
  {
    guard status != 0 else { return nil }
    let reason = weft_status_message(status).map { String(cString: $0) } ?? "status \(status)"
    return TensorError(
      .unsupported, operation: operation, operands: operands, expected: "a kernel that takes these operands",
      got: reason)
  }

  /// `result`, or an invalid tensor with the kernel's failure reported.
  static func checked(
    _ status: Int32, _ result: Tensor, operation: String, _ operands: [(name: String, spec: TensorSpec)]
  ) -> Tensor {
    guard let error = failure(status, operation: operation, operands) else { return result }
    return .failed(error)
  }

  /// New memory for [N, C, spatial...] in which the channels of one position are neighbours.
  static func channelsLast(_ spec: TensorSpec) -> Tensor {
    Tensor(
      storage: Storage(byteCount: spec.byteCount), shape: spec.shape, strides: channelsLastStrides(spec),
      dtype: spec.dtype)
  }

  /// The strides of such memory.
  static func channelsLastStrides(_ spec: TensorSpec) -> AxisValues {
    Layout.denseStrides(spec.shape, order: AxisValues([0] + Array(2..<spec.shape.rank) + [1]))
  }

  /// New memory in the order that `model`, of the same rank, has.
  static func like(_ model: Tensor, _ spec: TensorSpec) -> Tensor {
    Tensor(
      storage: Storage(byteCount: spec.byteCount), shape: spec.shape,
      strides: Layout.denseStrides(spec.shape, order: Layout.memoryOrder(model.shape, model.strides)),
      dtype: spec.dtype)
  }

  /// Writes a number for each axis into a fixed-size C array, which Swift sees as a tuple of Int64.
  static func fill<CArray>(_ array: inout CArray, count: Int, _ number: (Int) -> Int) {
    withUnsafeMutableBytes(of: &array) { bytes in
      let places = bytes.bindMemory(to: Int64.self)
      for axis in 0..<count { places[axis] = Int64(number(axis)) }
    }
  }

  /// Writes numbers into a fixed-size C array, which Swift sees as a tuple of Int64.
  static func fill<CArray>(_ array: inout CArray, _ numbers: some Sequence<Int>) {
    withUnsafeMutableBytes(of: &array) { bytes in
      let places = bytes.bindMemory(to: Int64.self)
      for (place, number) in zip(places.indices, numbers) { places[place] = Int64(number) }
    }
  }
}
