/// How a signal is cut into overlapping pieces for `stft` and put together by `istft`.
public struct ShortTimeFourier: Sendable {
  /// The numbers in a transform.
  public var size: Int
  /// The distance between the starts of pieces; a quarter of the size where left out.
  public var hop: Int
  /// The weights, at most `size` of them, in the middle of a piece; ones where left out.
  public var window: Tensor?
  /// Whether piece t is centred at t·hop: then the signal is continued at both ends.
  public var isCentered: Bool
  /// How the signal is continued at both ends, where pieces are centred.
  public var padding: PaddingMode
  /// Whether transforms are divided by √size.
  public var isNormalized: Bool
  /// Whether only elements 0 through size/2 are kept.
  public var isOneSided: Bool

  /// By default as PyTorch's `stft` does: centred pieces, the signal mirrored at its ends, nothing divided, for real
  /// signals.
  public init(
    size: Int, hop: Int? = nil, window: Tensor? = nil, isCentered: Bool = true, padding: PaddingMode = .reflect,
    isNormalized: Bool = false, isOneSided: Bool = true
  ) {
    self.size = size
    self.hop = hop ?? size / 4
    self.window = window
    self.isCentered = isCentered
    self.padding = padding
    self.isNormalized = isNormalized
    self.isOneSided = isOneSided
  }

  private var normalization: FourierNormalization { isNormalized ? .ortho : .backward }

  /// What is wrong with the sizes; nil where nothing is.
  private func problem(_ name: String, _ spec: TensorSpec) -> TensorError? {
    let most = Int(Int32.max)
    for (label, number) in [("size", size), ("hop", hop)] where !(1...most).contains(number) {
      return TensorError(
        .value, operation: name, operands: [("tensor", spec)], expected: "a \(label) of at least 1 and at most \(most)",
        got: "\(number)")
    }
    guard let window, window.rank != 1 || !(1...size).contains(window.shape[0]) else { return nil }
    return TensorError(
      .shape, operation: name, operands: [("tensor", spec), ("window", window.spec)],
      expected: "a window of 1 through \(size) weights, the size", got: "\(window.shape)")
  }

  /// What is wrong with a signal that is to be continued at its ends; nil where nothing is.
  private func problemOfEnds(_ signal: Tensor) -> TensorError? {
    let half = size / 2
    let least =
      switch padding {
      case .constant: 0
      case .replicate: 1
      case .reflect: half + 1
      case .circular: half
      }
    guard isCentered, let length = signal.shape.last, length < least else { return nil }
    return TensorError(
      .shape, operation: "stft", operands: [("signal", signal.spec)],
      expected: "a signal of at least \(least), as it is continued by \(half) at both ends", got: "\(length)",
      hint: "a smaller size, `padding: .constant(0)`, or `isCentered: false`")
  }

  /// The weights of all places of a piece.
  private func weights(_ dtype: DType) -> Tensor {
    guard let window else { return Tensor(ones: [size], dtype: dtype) }
    let before = (size - window.shape[0]) / 2
    return window.converted(to: dtype).padded([(before, size - window.shape[0] - before)])
  }

  /// For each piece the places of its numbers, one after the other.
  private func places(_ pieces: Int) -> Tensor {
    let starts = Tensor(arange: pieces).unsqueezed(1) * Tensor(hop)
    return (starts + Tensor(arange: size)).reshaped(-1)
  }

  func transform(_ signal: Tensor) -> ComplexTensor {
    if let problem = problem("stft", signal.spec) { return failed(problem) }
    guard (1...2).contains(signal.rank), signal.dtype.isFloatingPoint else {
      return failed(
        TensorError(
          .shape, operation: "stft", operands: [("signal", signal.spec)],
          expected: "a signal [n] or a batch [b, n] of real numbers", got: "\(signal.spec)"))
    }
    if let problem = problemOfEnds(signal) { return failed(problem) }
    // Padding that mirrors wants an axis before the one it pads.
    let batch = signal.rank == 1 ? signal.unsqueezed(0) : signal
    let padded = isCentered ? batch.padded([(size / 2, size / 2)], mode: padding) : batch
    guard !padded.isInvalid else { return .invalid }
    guard padded.shape[-1] >= size else {
      return failed(
        TensorError(
          .shape, operation: "stft", operands: [("signal", signal.spec)],
          expected: "a signal of at least one piece of \(size)", got: "\(padded.shape[-1]) numbers"))
    }
    let pieces = 1 + (padded.shape[-1] - size) / hop
    let cut = padded.indexSelected(places(pieces), axis: -1).reshaped(batch.shape[0], pieces, size)
    let weighted = cut * weights(signal.dtype)
    let spectra =
      isOneSided
      ? weighted.rfft(normalization: normalization) : weighted.fft(normalization: normalization)
    let turned = spectra.transposed()
    return signal.rank == 1 ? turned.squeezed(0) : turned
  }

  func inverse(_ spectra: ComplexTensor, length: Int?) -> Tensor {
    if let problem = problem("istft", spectra.real.spec) { return .failed(problem) }
    // With what lies before it, a length is still a number.
    if let length, !(1...Int.max - size).contains(length) {
      return .failed(
        TensorError(
          .value, operation: "istft", operands: [("spectra", spectra.real.spec)],
          expected: length < 1 ? "a length from 1" : "a length that memory holds", got: "\(length)",
          hint: "left out, it is what the pieces cover"))
    }
    let rows = isOneSided ? size / 2 + 1 : size
    guard (2...3).contains(spectra.rank), spectra.shape[-2] == rows, spectra.shape[-1] > 0 else {
      return .failed(
        TensorError(
          .shape, operation: "istft", operands: [("spectra", spectra.real.spec)],
          expected: "[\(rows), pieces] or a batch of these, at least one piece", got: "\(spectra.shape)"))
    }
    let batch = (spectra.rank == 2 ? spectra.unsqueezed(0) : spectra).transposed()
    let pieces =
      isOneSided
      ? batch.irfft(count: size, normalization: normalization) : batch.ifft(normalization: normalization).real
    let weights = weights(pieces.dtype)
    let count = pieces.shape[1]
    let signal = added(pieces * weights)
    let envelope = added(weights.squared().expanded(to: [1, count, size]))
    let start = isCentered ? size / 2 : 0
    let whole = signal.shape[-1]
    let end = length.map { start + $0 } ?? (isCentered ? whole - size / 2 : whole)
    return finished(signal, envelope, from: start, to: end, isBatch: spectra.rank == 3)
  }

  /// The pieces added up where they overlap: [b, pieces, size] to [b, n].
  private func added(_ pieces: Tensor) -> Tensor {
    let (batch, count) = (pieces.shape[0], pieces.shape[1])
    let zeros = Tensor(zeros: [batch, size + (count - 1) * hop], dtype: pieces.dtype)
    let places = places(count).unsqueezed(0).expanded(to: [batch, count * size])
    return zeros.scatterAdded(pieces.reshaped(batch, count * size), at: places, axis: 1)
  }

  private func finished(_ signal: Tensor, _ envelope: Tensor, from start: Int, to end: Int, isBatch: Bool) -> Tensor {
    let (kept, weights) = (
      signal.sliced(axis: -1, from: start, to: end), envelope.sliced(axis: -1, from: start, to: end)
    )
    guard kept.elementCount > 0, weights.detach().min().item() > 1e-11 else {
      return .failed(
        TensorError(
          .value, operation: "istft", operands: [("window", self.weights(signal.dtype).spec)],
          expected: "windows that overlap so that every place of the signal has a weight", got: "places without one",
          hint: "a smaller hop, or a window that is not 0 at its ends; `isCentered` leaves those of the signal out"))
    }
    let result = (kept / weights).padded([(0, Swift.max(end - start - kept.shape[-1], 0))])
    return isBatch ? result : result.squeezed(0)
  }

  private func failed(_ error: TensorError) -> ComplexTensor {
    report(error)
    return .invalid
  }
}

extension Tensor {
  /// The spectra of overlapping pieces of a signal (PyTorch's `stft`).
  ///
  /// Shape: [n] or [b, n] to [size/2 + 1, pieces] or a batch of these; size rows if not one-sided.
  public func stft(_ settings: ShortTimeFourier) -> ComplexTensor { settings.transform(self) }
}

extension ComplexTensor {
  /// The signal whose pieces have these spectra, the best one where none has (PyTorch's `istft`), cut or continued with
  /// zeros to `length`.
  public func istft(_ settings: ShortTimeFourier, length: Int? = nil) -> Tensor {
    settings.inverse(self, length: length)
  }
}
