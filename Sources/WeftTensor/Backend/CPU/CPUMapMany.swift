import CWeft

extension CPUBackend {
  /// Evaluates an elementwise formula over each item's inputs and writes into its targets: items whose tensors lie alike
  /// and without gaps, in the type the formula is computed in, in one pass together; others one by one.
  func map(_ formula: Formula, _ parameters: [Double], over items: [MapItem]) {
    guard let first = items.first else { return }
    let program = formula.program(ComputeType.of(first.inputs, first.targets))
    let (plain, others) = Self.divide(items, dtype: first.targets[0].dtype, program.compute)
    for item in others { map(formula, parameters, item.inputs, into: item.targets) }
    Self.withScalars(parameters, program, first.targets[0].dtype, rowLength: 0) { scalars in
      Self.withArrays(plain) { arrays, count in weft_map_many(program.handle, count, arrays, scalars) }
    }
  }

  private static func divide(
    _ items: [MapItem], dtype: DType, _ compute: ComputeType
  ) -> (plain: [MapItem], others: [MapItem]) {
    guard compute.dtype == dtype else { return ([], items) }
    let others = items.filter { !$0.isPlain(dtype) }
    return others.isEmpty ? (items, []) : (items.filter { $0.isPlain(dtype) }, others)
  }

  private static func withArrays(_ items: [MapItem], _ body: (UnsafePointer<weft_dense_arrays>?, Int64) -> Void) {
    let operands = items.first.map { $0.inputs.count + $0.targets.count } ?? 0
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: items.count * operands + 1) { pointers in
      withUnsafeTemporaryAllocation(of: weft_dense_arrays.self, capacity: items.count + 1) { arrays in
        guard var next = pointers.baseAddress else { return }
        for (place, item) in items.enumerated() {
          let size = Int64(item.targets[0].elementCount)
          arrays[place] = weft_dense_arrays(size: size, data: UnsafePointer(next))
          for tensor in item.inputs { (next.pointee, next) = (tensor.baseAddress, next + 1) }
          for tensor in item.targets { (next.pointee, next) = (tensor.baseAddress, next + 1) }
        }
        withExtendedLifetime(items) { body(UnsafePointer(arrays.baseAddress), Int64(items.count)) }
      }
    }
  }
}

/// A formula is computed in the type that its tensors decide.
extension Tensor: FormulaOperand {}
