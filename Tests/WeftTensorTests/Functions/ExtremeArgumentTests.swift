import Testing
import WeftTensor

/// Integers at the ends of their range, and tensors that do not fit, are refused or computed by what is made of several
/// operations too, where Swift's own arithmetic would end the process.
@Suite struct ExtremeArgumentTests {
  static let extremes = [Int.min, Int.min + 1, -1, 0, 1 << 40, Int.max]
  static let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
  static let nothing = Tensor(zeros: [2, 0])

  static let calls: [(name: String, call: @Sendable (Int) -> [Tensor])] = [
    ("slice", { [x.sliced(axis: 1, step: $0), x.sliced(axis: 1, from: $0), x.sliced(axis: 1, to: $0, step: -1)] }),
    ("every", { [x[.every($0)], x[0, .every($0, from: 1)], x[.every(1, from: $0, to: $0)]] }),
    (
      "assignment",
      { step in
        var y = x
        y[.every(step)] = 7
        return [y]
      }
    ),
    ("sliceScattered", { [x.sliceScattered(x, axis: 1, step: $0)] }),
    ("layerNormalized", { [x.layerNormalized(axisCount: $0)] }),
    ("rmsNormalized", { [x.rmsNormalized(axisCount: $0)] }),
    (
      "padded",
      { amount in
        [PaddingMode.constant(0), .reflect, .replicate, .circular].map {
          x.padded([(before: amount, after: 1), (before: 1, after: amount)], mode: $0)
        }
      }
    ),
    (
      "padded nothing",
      { amount in
        [PaddingMode.reflect, .replicate, .circular].map { mode in
          Tensor(zeros: [0, 2]).padded([(before: -1, after: amount)], mode: mode)
        }
      }
    ),
    ("repeatInterleaved", { [x.repeatInterleaved($0, axis: 1), x.repeatInterleaved([1, $0, 1], axis: 1)] }),
    ("chunked", { [x.chunked($0)[0]] + [nothing.chunked($0, axis: 1)[0]] }),
    ("split", { [x.split(parts: $0)[0], nothing.split(parts: $0, axis: 1)[0], x.split(size: $0)[0]] }),
    ("splitHorizontally", { [nothing.splitHorizontally(parts: $0)[0], x.splitHorizontally(at: [$0])[0]] }),
    ("window", { [Tensor(window: .hann, count: $0), Tensor(window: .blackman, count: $0, periodic: false)] }),
    ("linspace", { [Tensor(linspace: 0, 1, count: $0), Tensor(logspace: 0, 1, count: $0)] }),
  ]

  @Test(arguments: calls.indices) func extremeIntegers(_ place: Int) {
    for number in Self.extremes {
      let shapes = try? withTensorErrors { Self.calls[place].call(number).map(\.shape) }
      #expect(shapes?.allSatisfy { $0.sizes.allSatisfy { $0 >= 0 } } ?? true, "\(Self.calls[place].name) \(number)")
    }
  }

  @Test func whatIsTakenByAnExtremeStep() {
    #expect(Self.x.sliced(axis: 1, step: Int.max).shape == [2, 1])
    #expect(Self.x[.every(Int.max)].scalars(as: Double.self) == [1, 2, 3])
    #expect(Self.x[.every(Int.min)].scalars(as: Double.self) == [4, 5, 6])
    #expect(Self.nothing.chunked(3, axis: 1).map(\.shape) == [[2, 0], [2, 0], [2, 0]])
    #expect(Self.x.chunked(Int.max, axis: 1).count == 3)
  }

  @Test func theRestOfAFailedPaddingIsLeftOut() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { Self.x.padded([(-9, 0), (1, 1)], mode: .reflect) }
    }
    #expect(error?.operation == "pad")
  }

  @Test func axesToNormalizeAreNamed() {
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { Self.x.layerNormalized(axisCount: Int.min) }
    }
    #expect(error?.expected == "1 through 2 last axes to normalize over" && error?.got == "\(Int.min)")
  }
}
