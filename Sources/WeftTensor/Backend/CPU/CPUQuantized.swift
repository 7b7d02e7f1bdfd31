import CWeft

// Weights in codes. All operands are dense rows; what goes in and comes out is of float32, or whole.
extension CPUBackend {
  func dequantized(_ format: CodeFormat, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor {
    let result = Tensor(uninitialized: TensorSpec([sizes.outputs, sizes.inputs], .float32))
    if result.elementCount == 0 { return result }
    return Self.withWeight(format, weight, sizes, result, operation: "dequantize") {
      weft_dequantize($0, result.baseAddress.assumingMemoryBound(to: Float.self))
    }
  }

  func quantizedLinear(_ format: CodeFormat, _ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor {
    product(format, x, weight, sizes, operation: "quantizedLinear", weft_quantized_linear)
  }

  func dynamicLinear(_ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor {
    product(.int8, x, weight, sizes, operation: "dynamicLinear", weft_dynamic_linear)
  }

  private typealias Product = (
    UnsafePointer<weft_quantized_weight>?, Int64, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?
  ) -> Int32

  private func product(
    _ format: CodeFormat, _ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes, operation: String, _ run: Product
  ) -> Tensor {
    let spec = TensorSpec([x.shape[0], sizes.outputs], .float32)
    if x.elementCount == 0 { return Tensor(zeros: spec.shape, dtype: spec.dtype) }
    let result = Tensor(uninitialized: spec)
    return Self.withWeight(format, weight, sizes, result, operation: operation) { coded in
      withExtendedLifetime(x) {
        run(
          coded, Int64(x.shape[0]), UnsafePointer(x.baseAddress.assumingMemoryBound(to: Float.self)),
          result.baseAddress.assumingMemoryBound(to: Float.self))
      }
    }
  }

  func integerLinear(_ a: Tensor, _ b: Tensor) -> Tensor {
    let spec = TensorSpec([a.shape[0], b.shape[0]], .int32)
    if a.elementCount == 0 || b.elementCount == 0 { return Tensor(zeros: spec.shape, dtype: spec.dtype) }
    let result = Tensor(uninitialized: spec)
    let status = withExtendedLifetime((a, b)) {
      weft_integer_product(
        Int64(spec.shape[0]), Int64(spec.shape[1]), Int64(a.shape[1]), a.dtype == .uint8, a.baseAddress,
        b.baseAddress.assumingMemoryBound(to: Int8.self), result.baseAddress.assumingMemoryBound(to: Int32.self))
    }
    return Self.checked(status, result, operation: "integerLinear", [("a", a.spec), ("b", b.spec)])
  }

  /// The weight as the kernels see it.
  private static func withWeight(
    _ format: CodeFormat, _ weight: [Tensor], _ sizes: CodedSizes, _ result: Tensor, operation: String,
    _ body: (UnsafePointer<weft_quantized_weight>) -> Int32
  ) -> Tensor {
    let codes = weight[0].contiguous()
    let numbers = weight.dropFirst().map { $0.converted(to: .float32).contiguous() }
    func address(_ place: Int) -> UnsafePointer<Float>? {
      place < numbers.count ? UnsafePointer(numbers[place].baseAddress.assumingMemoryBound(to: Float.self)) : nil
    }
    var coded = weft_quantized_weight()
    coded.format = format.kernelFormat
    (coded.outputs, coded.inputs, coded.group) = (Int64(sizes.outputs), Int64(sizes.inputs), Int64(sizes.group))
    (coded.codes, coded.scales, coded.minima) = (UnsafeRawPointer(codes.baseAddress), address(0), address(1))
    let status = withExtendedLifetime((codes, numbers)) { withUnsafePointer(to: coded, body) }
    return checked(status, result, operation: operation, weight.map { ("weight", $0.spec) })
  }
}

extension CodeFormat {
  fileprivate var kernelFormat: Int32 {
    let format =
      switch self {
      case .int8: WEFT_CODES_INT8
      case .int4: WEFT_CODES_INT4
      case .q8_0: WEFT_CODES_Q8_0
      case .q4_0: WEFT_CODES_Q4_0
      case .q4_1: WEFT_CODES_Q4_1
      }
    return Int32(format.rawValue)
  }
}
