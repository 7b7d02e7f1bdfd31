import WeftTensor

extension Sound {
  /// The sound at another rate: what the new rate cannot hold is filtered out, by a sinc of six zeros in a Hann window,
  /// as torchaudio does (J. O. Smith, "Digital Audio Resampling").
  ///
  /// Misuse: a rate below 1 or above `mostRate`.
  public func resampled(to rate: Int) -> Sound {
    guard (1...Self.mostRate).contains(rate) else {
      report(
        TensorError(.value, operation: "resampled", expected: "a rate from 1 through \(Self.mostRate)", got: "\(rate)"))
      return self
    }
    if rate == sampleRate { return self }
    let taps = SincTaps(from: sampleRate, to: rate)
    return Sound(checked: channels.map { taps.applied(to: $0) }, rate)
  }
}

/// For each place between two old numbers at which a new one can lie, the weights of the old ones around it.
private struct SincTaps {
  private static let zeros = 6.0
  private static let rolloff = 0.99

  /// The rates without their common divisor: after `new` new numbers and `old` old ones all begins again.
  let old: Int
  let new: Int
  /// For each of `new` places the first old number, counted from the period's start, and the weights from there on.
  let phases: [(start: Int, weights: [Float])]

  init(from oldRate: Int, to newRate: Int) {
    var (a, b) = (oldRate, newRate)
    while b != 0 { (a, b) = (b, a % b) }
    (old, new) = (oldRate / a, newRate / a)
    let (old, new) = (Double(self.old), Double(self.new))
    let cutoff = min(old, new) * Self.rolloff
    let reach = Self.zeros * old / cutoff
    phases = (0..<self.new).map { phase in
      let center = Double(phase) / new * old
      let (start, end) = (Int((center - reach).rounded(.up)), Int((center + reach).rounded(.down)))
      let weights = (start...end).map { place in
        let t = (Double(place) / old - Double(phase) / new) * cutoff
        let bell = Trigonometry.cos(t * .pi / Self.zeros / 2)
        let sinc = t == 0 ? 1 : Trigonometry.sin(t * .pi) / (t * .pi)
        return Float(sinc * bell * bell * cutoff / old)
      }
      return (start, weights)
    }
  }

  func applied(to numbers: [Float]) -> [Float] {
    let count = (numbers.count * new + old - 1) / old
    return numbers.withUnsafeBufferPointer { numbers in
      (0..<count).map { place in
        let (start, weights) = phases[place % new]
        let first = place / new * old + start
        var sum: Float = 0
        for index in max(0, -first)..<max(0, -first, min(weights.count, numbers.count - first)) {
          sum += weights[index] * numbers[first + index]
        }
        return sum
      }
    }
  }
}
