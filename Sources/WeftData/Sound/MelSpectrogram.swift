import WeftTensor

/// How high a tone sounds, in mels.
public enum MelScale: String, Hashable, Sendable, Codable {
  /// Even up to 1 kHz, logarithmic above, as in Slaney's toolbox and librosa.
  case slaney
  /// 2595·log₁₀(1 + f/700), as in HTK and Kaldi.
  case htk

  /// The mels of a frequency in Hz.
  public func mels(_ frequency: Double) -> Double {
    switch self {
    case .htk: return 2595 * Exponentials.log(1 + frequency / 700) / Exponentials.log(10)
    case .slaney:
      return frequency < 1000
        ? frequency * 3 / 200 : 15 + Exponentials.log(frequency / 1000) * 27 / Exponentials.log(6.4)
    }
  }

  /// The frequency in Hz of these mels.
  public func frequency(_ mels: Double) -> Double {
    switch self {
    case .htk: return 700 * (Exponentials.exp(mels / 2595 * Exponentials.log(10)) - 1)
    case .slaney:
      return mels < 15 ? mels * 200 / 3 : 1000 * Exponentials.exp((mels - 15) * Exponentials.log(6.4) / 27)
    }
  }
}

/// How much of each band of tones a sound has, piece after piece: what networks that hear are given.
///
/// ```swift
/// let mel = MelSpectrogram(sampleRate: 16_000, size: 400, hop: 160, bands: 80)
/// let features = mel(speech.tensor()).log10()        // of what is at least 1e-10, see `decibels`
/// ```
/// Shape: [n] to [bands, pieces], [b, n] to [b, bands, pieces]. Gradients flow to the sound.
public struct MelSpectrogram: Sendable {
  /// How the sound is cut into pieces.
  public let pieces: ShortTimeFourier
  /// [bands, size/2 + 1]: the weight of each frequency in each band.
  public let filters: Tensor
  private let power: Double

  /// - Parameters:
  ///   - sampleRate: The numbers of a second.
  ///   - size: The numbers of a transform.
  ///   - hop: The distance between the starts of pieces; left out, a quarter of the size.
  ///   - bands: The number of bands.
  ///   - low: The lowest frequency in Hz.
  ///   - high: The highest; left out, half the rate.
  ///   - isNormalized: Whether a band's weights are divided by its width (librosa's and Whisper's way).
  ///   - power: 2 for energy, 1 for magnitude.
  ///   - padding: How the sound is continued at both ends.
  ///
  /// Misuse: sizes below 1, or frequencies that do not rise from `low` to `high`.
  public init(
    sampleRate: Int, size: Int = 400, hop: Int? = nil, bands: Int = 80, low: Double = 0, high: Double? = nil,
    scale: MelScale = .slaney, isNormalized: Bool = true, power: Double = 2, padding: PaddingMode = .reflect
  ) {
    let high = high ?? Double(sampleRate) / 2
    let fits =
      sampleRate > 0 && (1...1 << 24).contains(size) && (1...1 << 16).contains(bands) && low >= 0 && low < high
      && high.isFinite && power > 0
    if !fits {
      report(
        TensorError(
          .value, operation: "MelSpectrogram", expected: "sizes from 1 and frequencies that rise",
          got: "rate \(sampleRate), size \(size), \(bands) bands from \(low) to \(high) Hz, power \(power)"))
    }
    self.power = power
    pieces = ShortTimeFourier(
      size: size, hop: hop ?? max(1, size / 4), window: Tensor(window: .hann, count: fits ? size : 1), padding: padding)
    filters =
      fits
      ? Self.filters(sampleRate, size, bands, low...high, scale, isNormalized: isNormalized) : Tensor(zeros: [1, 1])
  }

  /// Triangles that overlap by halves, evenly spaced in mels.
  private static func filters(
    _ sampleRate: Int, _ size: Int, _ bands: Int, _ range: ClosedRange<Double>, _ scale: MelScale, isNormalized: Bool
  ) -> Tensor {
    let (low, high) = (scale.mels(range.lowerBound), scale.mels(range.upperBound))
    let edges = (0...bands + 1).map { scale.frequency(low + (high - low) * Double($0) / Double(bands + 1)) }
    let rows = (0..<bands).map { band in
      let area = isNormalized ? 2 / (edges[band + 2] - edges[band]) : 1
      return (0...size / 2).map { place in
        let frequency = Double(place) * Double(sampleRate) / Double(size)
        let rising = (frequency - edges[band]) / (edges[band + 1] - edges[band])
        let falling = (edges[band + 2] - frequency) / (edges[band + 2] - edges[band + 1])
        return max(0, min(rising, falling)) * area
      }
    }
    return Tensor(rows)
  }

  /// The bands of a sound.
  public func callAsFunction(_ signal: Tensor) -> Tensor {
    let spectra = signal.stft(pieces)
    let energy = spectra.squaredMagnitude()
    return filters.converted(to: signal.dtype).matmul(power == 2 ? energy : energy.pow(power / 2))
  }

  /// 10·log₁₀ of energies, not below 1e-10 and not more than `range` below the largest.
  public static func decibels(_ energy: Tensor, range: Double? = 80) -> Tensor {
    let level = energy.clamped(low: 1e-10).log10() * 10
    guard let range else { return level }
    return maximum(level, level.max() - range)
  }

  /// Cepstral coefficients (MFCC): the discrete cosine transform of the bands' decibels.
  ///
  /// Shape: [n] to [count, pieces], [b, n] to [b, count, pieces].
  ///
  /// Misuse: a count below 1.
  public func cepstrum(_ signal: Tensor, count: Int = 20, range: Double? = 80) -> Tensor {
    if count < 1 {
      report(TensorError(.value, operation: "cepstrum", expected: "a count from 1", got: "\(count)"))
    }
    let bands = filters.shape[0]
    let rows = (0..<max(1, count)).map { row in
      (0..<bands).map { band in
        let wave = Trigonometry.cos(.pi / Double(bands) * (Double(band) + 0.5) * Double(row))
        return wave * (row == 0 ? 1 / Double(bands).squareRoot() : (2 / Double(bands)).squareRoot())
      }
    }
    return Tensor(rows).converted(to: signal.dtype).matmul(Self.decibels(self(signal), range: range))
  }
}
