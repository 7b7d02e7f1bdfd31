import CWeft

/// The kernels of CWeft. Operations touch no raw pointers: they are made here.
struct CPUBackend: Backend {
  static let shared = CPUBackend()

  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let results = Self.results(outputs, like: inputs)
    map(formula, parameters, inputs, into: results)
    return results
  }

  func map(_ formula: Formula, _ parameters: [Double], _ inputs: [Tensor], into targets: [Tensor]) {
    let program = formula.program(ComputeType.of(inputs, targets))
    Self.withScalars(parameters, program, targets[0].dtype, rowLength: 0) { scalars in
      Self.withOperands(inputs, targets, shape: targets[0].shape) { rank, shape, operands in
        weft_map(program.handle, rank, shape, operands, scalars)
      }
    }
  }

  func rowMap(
    _ formula: Formula, _ parameters: [Double], axis: Int, _ inputs: [Tensor], as outputs: [TensorSpec]
  ) -> [Tensor] {
    let shape = Self.commonShape(inputs, outputs)
    let results = Self.results(outputs, like: inputs)
    if shape[axis] == 0 {
      // Rows of nothing: what there is one of for each row comes of a mean of nothing.
      for result in results where result.elementCount > 0 { map(Formulas.fill, [.nan], [], into: [result]) }
      return results
    }
    let program = formula.program(ComputeType.of(inputs, results))
    Self.withScalars(parameters, program, results[0].dtype, rowLength: shape[axis]) { scalars in
      Self.withOperands(inputs, results, shape: shape, order: .last(axis)) { rank, shape, operands in
        weft_row_map(program.handle, rank, shape, operands, scalars)
      }
    }
    return results
  }

  func reduce(
    _ formula: Formula, _ parameters: [Double], by reductions: [Reduction], axes: [Int], _ inputs: [Tensor],
    as outputs: [TensorSpec]
  ) -> [Tensor] {
    let shape = Self.commonShape(inputs, [])
    let results = outputs.map { Tensor(uninitialized: $0) }
    let program = formula.program(ComputeType.of(inputs, results))
    let reduced = (0..<shape.rank).map { UInt8(axes.contains($0) ? 1 : 0) }
    let modes = reductions.map(\.rawValue)
    Self.withScalars(parameters, program, results[0].dtype, rowLength: 0) { scalars in
      Self.withOperands(inputs, results, shape: shape) { rank, shape, operands in
        weft_reduce(program.handle, rank, shape, reduced, modes, operands, scalars)
      }
    }
    return results
  }
}

extension CPUBackend {
  func number(_ tensor: Tensor) -> Double? {
    weft_launch_refuse()
    return switch tensor.dtype {
    case .float32: Double(tensor.baseAddress.load(as: Float.self))
    case .float64: tensor.baseAddress.load(as: Double.self)
    case .int64: Double(tensor.baseAddress.load(as: Int64.self))
    default: nil
    }
  }

  func isWithin(_ tensor: Tensor, _ low: Double, _ high: Double) -> Bool {
    withExtendedLifetime(tensor) {
      weft_is_within(Int32(tensor.dtype.rawValue), Int64(tensor.elementCount), tensor.baseAddress, low, high)
    }
  }
}

// How operands are handed to C.
extension CPUBackend {
  /// New memory for results, in the memory order of the first input of their shape.
  private static func results(_ outputs: [TensorSpec], like inputs: [Tensor]) -> [Tensor] {
    outputs.map { spec in
      Tensor(
        storage: Storage(byteCount: spec.byteCount), shape: spec.shape, strides: strides(for: spec.shape, like: inputs),
        dtype: spec.dtype)
    }
  }

  /// Hands over the formula's parameters and, where it reads it, the row's length. Parameters that integers or bool
  /// results may be are converted as tensors are: to the nearest integer towards 0, or to whether they are other than 0.
  static func withScalars(
    _ parameters: [Double], _ program: TileProgram, _ result: DType, rowLength: Int,
    _ body: (UnsafePointer<weft_scalar>?) -> Void
  ) {
    let put = program.compute.isInteger ? program.putParameters : []
    withUnsafeTemporaryAllocation(of: weft_scalar.self, capacity: parameters.count + 1) { scalars in
      for (place, value) in parameters.enumerated() {
        scalars[place] = program.compute.scalar(put.contains(place) ? result.clamped(value) : value)
      }
      if program.passesRowLength { scalars[parameters.count] = program.compute.scalar(Double(rowLength)) }
      body(UnsafePointer(scalars.baseAddress))
    }
  }

  static func commonShape(_ inputs: [Tensor], _ outputs: [TensorSpec]) -> Shape {
    var shape: Shape = []
    for input in inputs where input.view.shape != shape { shape = Shape.broadcast(shape, input.shape) ?? shape }
    for output in outputs where output.shape != shape { shape = Shape.broadcast(shape, output.shape) ?? shape }
    return shape
  }

  /// Strides for a result: in the memory order of the first input that has its shape, so that channels-last stays so.
  static func strides(for shape: Shape, like inputs: [Tensor]) -> AxisValues {
    guard let model = inputs.first(where: { $0.shape == shape }), !model.isContiguous else {
      return shape.contiguousStrides
    }
    return Layout.denseStrides(shape, order: Layout.memoryOrder(shape, model.strides))
  }

  /// Hands over `inputs`, then `outputs`, as operands broadcast to `shape`, their axes taken in `order`.
  static func withOperands(
    _ inputs: [Tensor], _ outputs: [Tensor] = [], shape: Shape, order: AxisOrder = .asTheyAre,
    _ body: (Int32, UnsafePointer<Int64>, UnsafePointer<weft_operand>) -> Void
  ) {
    let (rank, count) = (shape.rank, inputs.count + outputs.count)
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: rank * (count + 1)) { numbers in
      guard let base = numbers.baseAddress else { return }
      write(shape, order: order, to: base)
      withUnsafeTemporaryAllocation(of: weft_operand.self, capacity: count) { operands in
        guard let first = operands.baseAddress else { return }
        for index in 0..<count {
          let view = (index < inputs.count ? inputs[index] : outputs[index - inputs.count]).view
          let strides = base + rank * (index + 1)
          write(view, shape: shape, order: order, to: strides)
          first[index] = weft_operand(data: view.baseAddress, strides: strides, dtype: Int32(view.dtype.rawValue))
        }
        withExtendedLifetime((inputs, outputs)) { body(Int32(rank), base, first) }
      }
    }
  }

  private static func write(_ shape: Shape, order: AxisOrder, to sizes: UnsafeMutablePointer<Int64>) {
    for place in 0..<shape.axes.count { sizes[place] = Int64(shape.axes[order.axis(place, of: shape.axes.count)]) }
  }

  private static func write(
    _ view: StorageView, shape: Shape, order: AxisOrder, to strides: UnsafeMutablePointer<Int64>
  ) {
    let lead = shape.axes.count - view.shape.axes.count
    for place in 0..<shape.axes.count {
      let axis = order.axis(place, of: shape.axes.count) - lead
      let repeats = axis < 0 || (view.shape.axes[axis] == 1 && shape.axes[axis + lead] != 1)
      strides[place] = repeats ? 0 : Int64(view.strides[axis])
    }
  }

  /// The order in which axes are handed over: as they are, or with one of them last.
  enum AxisOrder {
    case asTheyAre
    case last(Int)

    func axis(_ place: Int, of count: Int) -> Int {
      switch self {
      case .asTheyAre: place
      case .last(let axis): place == count - 1 ? axis : place < axis ? place : place + 1
      }
    }
  }
}
