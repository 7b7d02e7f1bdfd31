import CWeft

/// The kernels of CWeft. Operations touch no raw pointers: they are made here.
struct CPUBackend: Backend {
  static let shared = CPUBackend()

  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let results = outputs.map { spec in
      Tensor(
        storage: Storage(byteCount: spec.byteCount), shape: spec.shape,
        strides: Self.strides(for: spec.shape, like: inputs), dtype: spec.dtype)
    }
    map(formula, parameters, inputs, into: results)
    return results
  }

  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], into targets: [Tensor]) {
    let program = formula.program(Self.computeType(inputs, targets))
    let scalars = Self.scalars(parameters, program, rowLength: 0)
    Self.withOperands(inputs + targets, shape: targets[0].shape) { rank, shape, operands in
      weft_map(program.handle, rank, shape, operands, scalars)
    }
  }

  func rowMap(
    _ formula: Formula, _ parameters: [Double], axis: Int, _ inputs: [Tensor], as outputs: [TensorSpec]
  ) -> [Tensor] {
    let shape = Self.commonShape(inputs, outputs)
    let results = outputs.map { spec in
      Tensor(
        storage: Storage(byteCount: spec.byteCount), shape: spec.shape,
        strides: Self.strides(for: spec.shape, like: inputs), dtype: spec.dtype)
    }
    let program = formula.program(Self.computeType(inputs, results))
    let scalars = Self.scalars(parameters, program, rowLength: shape[axis])
    var order = Array(0..<shape.rank)
    order.append(order.remove(at: axis))
    Self.withOperands(inputs + results, shape: shape, order: order) { rank, shape, operands in
      weft_row_map(program.handle, rank, shape, operands, scalars)
    }
    return results
  }

  func reduce(
    _ formula: Formula, _ parameters: [Double], by reductions: [Reduction], axes: [Int], _ inputs: [Tensor],
    as outputs: [TensorSpec]
  ) -> [Tensor] {
    let shape = Self.commonShape(inputs, [])
    let results = outputs.map { Tensor(uninitialized: $0) }
    let program = formula.program(Self.computeType(inputs, results))
    let scalars = Self.scalars(parameters, program, rowLength: 0)
    let reduced = (0..<shape.rank).map { UInt8(axes.contains($0) ? 1 : 0) }
    let modes = reductions.map(\.rawValue)
    Self.withOperands(inputs + results, shape: shape) { rank, shape, operands in
      weft_reduce(program.handle, rank, shape, reduced, modes, operands, scalars)
    }
    return results
  }
}

// How operands are handed to C.
extension CPUBackend {
  /// The type to compute in; numbers written in the program do not decide it unless nothing else does.
  static func computeType(_ inputs: [Tensor], _ outputs: [Tensor]) -> ComputeType {
    var common = ComputeType.common(outputs.lazy.map(\.dtype))
    if common == .float64 { return common }
    let allSame = inputs.allSatisfy { !$0.isWeakScalar && $0.dtype == inputs[0].dtype }
    let operand = allSame ? inputs.first?.dtype : DType.promoted(inputs.map(\.spec))
    if let operand, common == .int64 || operand == .float64 { common = ComputeType.common([operand]) }
    if common == .int64 { common = ComputeType.common(outputs.lazy.map(\.dtype)) }
    return common
  }

  static func scalars(_ parameters: [Double], _ program: TileProgram, rowLength: Int) -> [weft_scalar] {
    var scalars = parameters.map(program.compute.scalar)
    if program.passesRowLength { scalars.append(program.compute.scalar(Double(rowLength))) }
    return scalars
  }

  static func commonShape(_ inputs: [Tensor], _ outputs: [TensorSpec]) -> Shape {
    var shape: Shape = []
    for input in inputs { shape = Shape.broadcast(shape, input.shape) ?? shape }
    for output in outputs { shape = Shape.broadcast(shape, output.shape) ?? shape }
    return shape
  }

  /// Strides for a result: in the memory order of the first input that has its shape, so that channels-last stays so.
  static func strides(for shape: Shape, like inputs: [Tensor]) -> [Int] {
    guard let model = inputs.first(where: { $0.shape == shape }), !model.isContiguous else {
      return shape.contiguousStrides
    }
    return Layout.denseStrides(shape, order: Layout.memoryOrder(shape, model.strides))
  }

  /// Hands over `tensors` as operands broadcast to `shape`, their axes taken in `order`.
  static func withOperands(
    _ tensors: [Tensor], shape: Shape, order: [Int]? = nil,
    _ body: (Int32, UnsafePointer<Int64>, UnsafePointer<weft_operand>) -> Void
  ) {
    let rank = shape.rank
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: rank * (tensors.count + 1)) { numbers in
      guard let base = numbers.baseAddress else { return }
      for axis in 0..<rank { numbers[axis] = Int64(shape.sizes[order?[axis] ?? axis]) }
      withUnsafeTemporaryAllocation(of: weft_operand.self, capacity: tensors.count) { operands in
        for (index, tensor) in tensors.enumerated() {
          let strides = base + rank * (index + 1)
          write(tensor, shape: shape, order: order, to: strides)
          operands[index] = weft_operand(
            data: tensor.baseAddress, strides: strides, dtype: Int32(tensor.dtype.rawValue))
        }
        guard let first = operands.baseAddress else { return }
        withExtendedLifetime(tensors) { body(Int32(rank), base, first) }
      }
    }
  }

  private static func write(
    _ tensor: Tensor, shape: Shape, order: [Int]?, to strides: UnsafeMutablePointer<Int64>
  ) {
    let lead = shape.rank - tensor.rank
    for place in 0..<shape.rank {
      let axis = (order?[place] ?? place) - lead
      let repeats = axis < 0 || (tensor.shape.sizes[axis] == 1 && shape.sizes[axis + lead] != 1)
      strides[place] = repeats ? 0 : Int64(tensor.strides[axis])
    }
  }
}
