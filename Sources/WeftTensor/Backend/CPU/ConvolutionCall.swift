import CWeft

/// What the kernel of a convolution is told, but for the addresses of the operands. It holds for operands that lie in
/// memory as those lay that it was made of, and for their weight.
final class ConvolutionCall: @unchecked Sendable {
  // Unchecked: what is written at initialization never changes.
  private struct Operand {
    let strides: AxisValues
    let dtype: DType
  }

  private let operands: [Operand]
  private let hasBias: Bool
  private let content: UInt64
  private let output: TensorSpec
  private let strides: AxisValues
  private let description: weft_convolution_description
  private let pass: Pass?

  /// Nil where the result of the kernel alone might not be what the operation gives.
  ///
  /// - Parameters:
  ///   - operands: x, the weight and the bias, if there is one.
  ///   - pass: The formula behind it.
  init?(_ operation: Convolution, _ operands: [Tensor], _ pass: LastPass?, as output: TensorSpec) {
    let (x, weight) = (operands[0], operands[1])
    let all = operands + (pass?.reads ?? [])
    guard all.allSatisfy({ $0.isPlain && !$0.isInvalid }), operands.count < 3 || operands[2].isContiguous,
      let geometry = try? ConvolutionGeometry(operands.map(\.spec), operation.windows, operation: Convolution.name)
    else { return nil }
    strides = CPUBackend.channelsLastStrides(output)
    let result = Tensor(storage: .invalid, shape: output.shape, strides: strides, dtype: output.dtype)
    if let pass, !pass.runsInPlace(of: result) { return nil }
    // Kernels may multiply padding with the weight, which shows where that is not finite. Its numbers are looked through
    // last, since a call that is none is asked for again in each run.
    let sparesPadding = !geometry.isPadded || CPUBackend.shared.leavesPadding(geometry, x, weight, as: output)
    guard sparesPadding || weight.isInRange() else { return nil }
    self.pass = pass.map { Pass($0, of: result) }
    self.operands = all.map { Operand(strides: $0.strides, dtype: $0.dtype) }
    hasBias = operands.count > 2
    content = weight.storage.content
    self.output = output
    description = CPUBackend.describe(geometry, input: x, weight: weight, output: result)
  }

  /// Whether the operands, each by its place, are as they were.
  func fits(_ operand: (Int) -> StorageView?) -> Bool {
    for place in operands.indices {
      guard let view = operand(place), view.transformed == nil, view.storage !== Storage.invalid,
        view.dtype == operands[place].dtype, view.strides == operands[place].strides
      else { return false }
    }
    return operand(1)?.storage.content == content
  }

  /// The result for operands that fit, which somebody holds; nil where the kernel failed.
  func run(_ operand: (Int) -> StorageView?) -> Tensor? {
    let result = Tensor(
      storage: Storage(byteCount: output.byteCount), shape: output.shape, strides: strides, dtype: output.dtype)
    var description = description
    description.weight_content = content
    func address(_ place: Int) -> UnsafeMutableRawPointer? { operand(place)?.baseAddress }
    let status = withExtendedLifetime((result, self)) {
      guard let pass else { return kernel(&description, address, result) }
      let others = hasBias ? 3 : 2
      return pass.withDescription({ $0.map { address(others + $0) } ?? result.baseAddress }) { pass in
        description.last_pass = pass
        return kernel(&description, address, result)
      }
    }
    return status == 0 ? result : nil
  }

  private func kernel(
    _ description: inout weft_convolution_description, _ address: (Int) -> UnsafeMutableRawPointer?, _ result: Tensor
  ) -> Int32 {
    weft_convolution_forward(
      &description, address(0), address(1), hasBias ? address(2) : nil, result.baseAddress)
  }
}

extension ConvolutionCall {
  /// A formula in the kernel's last pass, but for the addresses of its operands.
  private final class Pass {
    private let program: TileProgram
    private let scalars: [weft_scalar]
    private let views: [weft_operand]
    private let strides: UnsafeMutablePointer<Int64>
    /// Of each operand its place among those that are none of the convolution; nil for the result.
    private let places: [Int?]

    init(_ pass: LastPass, of result: Tensor) {
      let operands = pass.operands(with: result)
      let program = pass.formula.program(.of(operands, [result]))
      var (views, scalars): ([weft_operand], [weft_scalar]) = ([], [])
      let (count, rank) = (operands.count + 1, result.rank)
      let strides = UnsafeMutablePointer<Int64>.allocate(capacity: count * rank)
      CPUBackend.withScalars(pass.parameters, program, result.dtype, rowLength: 0) { numbers in
        scalars = Array(UnsafeBufferPointer(start: numbers, count: pass.parameters.count))
      }
      CPUBackend.withOperands(operands, [result], shape: result.shape) { _, _, described in
        for index in 0..<count {
          let own = strides + index * rank
          for axis in 0..<rank { own[axis] = described[index].strides[axis] }
          views.append(weft_operand(data: nil, strides: own, dtype: described[index].dtype))
        }
      }
      (self.program, self.scalars, self.views, self.strides) = (program, scalars, views, strides)
      var others = 0
      let places: [Int?] = pass.operands.map { operand in
        defer { if operand != nil { others += 1 } }
        return operand == nil ? nil : others
      }
      self.places = places + [nil]
    }

    deinit { strides.deallocate() }

    /// Hands over the formula with the addresses of its operands by their places.
    func withDescription(
      _ address: (Int?) -> UnsafeMutableRawPointer?, _ body: (UnsafePointer<weft_last_pass>) -> Int32
    ) -> Int32 {
      withUnsafeTemporaryAllocation(of: weft_operand.self, capacity: views.count) { operands in
        for index in views.indices {
          operands[index] = views[index]
          operands[index].data = address(places[index])
        }
        return scalars.withUnsafeBufferPointer { scalars in
          var description = weft_last_pass(
            program: program.handle, operand_count: Int32(views.count), operands: operands.baseAddress,
            parameters: scalars.baseAddress)
          return body(&description)
        }
      }
    }
  }
}
