import WeftTensor

/// A weight [out, in] in codes of 8 or 4 bits, in a parameter's place: it does not learn, and passes gradients on.
///
/// `Linear`, `Embedding` and the attentions multiply and look up codes as they are; whoever else asks for the parameter's
/// value gets numbers made of them. Files hold `parametrizations.weight.codes` and `parametrizations.weight.scales`.
public final class QuantizedWeight: Parametrization {
  /// What the codes are.
  public let format: CodeFormat
  /// Whether inputs are rounded to 8 bits as they come.
  public let roundsInputs: Bool
  /// The codes, row by row as the format has them.
  public let codes: Buffer
  /// The scales, [out, groups]; nil for blocks that hold their own.
  public let scales: Buffer?
  /// The type of the numbers that codes stand for, which what is looked up has.
  public private(set) var dtype: DType

  /// - Parameters:
  ///   - codes: Row by row, as the format has them.
  ///   - scales: [out, groups], unless blocks hold them.
  ///   - dtype: The type of the numbers.
  public init(
    _ format: CodeFormat, codes: Tensor, scales: Tensor? = nil, roundsInputs: Bool = false, as dtype: DType = .float32
  ) {
    (self.format, self.roundsInputs, self.dtype) = (format, roundsInputs, dtype)
    self.codes = Buffer(codes)
    self.scales = scales.map { Buffer($0) }
  }

  /// Codes and scales, as operations take them.
  private var parts: [Tensor] { [codes.value] + (scales.map { [$0.value] } ?? []) }

  /// The bytes that codes and scales take.
  public var byteCount: Int { parts.reduce(0) { $0 + $1.spec.byteCount } }

  override func value() -> Tensor { numbers(parts) }

  private func numbers(_ parts: [Tensor]) -> Tensor {
    apply(Dequantize(format: format), parts)[0].converted(to: dtype)
  }

  /// Codes are made of numbers once: what is set would be another weight than what is multiplied.
  override func assign(_ tensor: Tensor) {
    report(
      TensorError(
        .unsupported, operation: "Parameter", operands: [("value", tensor.spec)],
        expected: "a weight that holds numbers", got: "one in codes of \(format.rawValue)",
        hint: "`removeParametrization(of:)` has its layer hold numbers again"))
  }

  override func didConvert(to dtype: DType) { self.dtype = dtype }

  /// x·Wᵀ + b, of some of W's rows where not all of them are meant.
  func linear(_ input: Tensor, bias: Tensor?, rows: Range<Int>? = nil) -> Tensor {
    let parts =
      rows.map { rows in
        self.parts.map { $0.sliced(axis: 0, from: rows.lowerBound, to: rows.upperBound) }
      } ?? self.parts
    // Rounding has no derivative; inside a transform (forward mode, `vmap`) one may be wanted.
    let isWanted = (input.requiresGrad && Modes.current.isRecording) || !input.isPlain
    let rounds = roundsInputs && !isWanted
    let product =
      rounds
      ? apply(DynamicLinear(), [input] + parts)[0] : apply(QuantizedLinear(format: format), [input] + parts)[0]
    return bias.map { product + $0 } ?? product
  }

  /// Rows of W, [..., in] for indices [...].
  func rows(at indices: Tensor) -> Tensor {
    let taken = parts.map { part in part.embedding(indices).reshaped(indices.elementCount, part.shape[1]) }
    let rows = numbers(taken)
    return rows.reshaped(to: indices.shape + [rows.shape[1]])
  }
}

extension Parameter {
  /// What the value is made of, where that are codes.
  public var quantized: QuantizedWeight? { parametrization as? QuantizedWeight }

  /// Has the value made of codes from now on, or of others; it learns no more.
  package func quantize(by weight: QuantizedWeight) { parametrize(by: weight) }
}

/// x·Wᵀ + b, of codes where W is made of them.
func linear(_ input: Tensor, weight: Parameter, bias: Parameter?) -> Tensor {
  linear(input, weight: weight, bias: bias?.tensor)
}

/// The same with a bias that is a part of a parameter.
func linear(_ input: Tensor, weight: Parameter, bias: Tensor?) -> Tensor {
  if let error = TensorError.wider(input, than: weight, layer: "Linear") { return .failed(error) }
  if let quantized = weight.quantized { return quantized.linear(input, bias: bias) }
  return linear(input, weight: weight.tensor, bias: bias)
}
