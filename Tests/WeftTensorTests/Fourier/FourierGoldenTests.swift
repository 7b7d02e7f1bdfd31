import Testing
import WeftTensor

@Suite("Fourier transforms and complex numbers against PyTorch")
struct FourierGoldenTests {
  typealias Call = @Sendable (GoldenInputs) -> [Tensor]

  static let calls: [String: Call] = [normalized, single, several, signals, complex].reduce(into: [:]) {
    $0.merge($1) { a, _ in a }
  }

  @Test("As PyTorch, with gradients", arguments: LinearAlgebraGoldens.all.filter { calls[$0.name] != nil })
  func golden(_ golden: HeavyGolden) {
    guard let call = Self.calls[golden.name] else { return }
    LinearAlgebraGoldens.expect(golden, call)
  }

  @Test func everyCallHasItsGolden() {
    #expect(Set(LinearAlgebraGoldens.all.map(\.name)).isSuperset(of: Self.calls.keys))
  }

  private static func z(_ pairs: Tensor) -> ComplexTensor { ComplexTensor(pairs: pairs) }

  private static let normalized: [String: Call] = FourierNormalization.allCases.reduce(into: [:]) { calls, mode in
    calls["fft \(mode)"] = { [z($0["x"]).fft(normalization: mode).pairs] }
    calls["ifft \(mode)"] = { [z($0["x"]).ifft(count: 6, axis: 0, normalization: mode).pairs] }
    calls["rfft \(mode)"] = { [$0["x"].rfft(normalization: mode).pairs] }
    calls["irfft \(mode)"] = { [z($0["x"]).irfft(count: 7, normalization: mode)] }
    calls["hfft \(mode)"] = { [z($0["x"]).hfft(normalization: mode)] }
    calls["ihfft \(mode)"] = { [$0["x"].ihfft(normalization: mode).pairs] }
  }

  private static let single: [String: Call] = [
    "fft of real numbers": { [$0["x"].fft(count: 3).pairs] },
    "fft of 97": { [z($0["x"]).fft().pairs] },
    "rfft cut": { [$0["x"].rfft(count: 4, axis: 0).pairs] },
    "irfft even": { [z($0["x"]).irfft()] },
    "irfft longer": { [z($0["x"]).irfft(count: 10)] },
  ]

  private static let several: [String: Call] = [
    "fft2": { [z($0["x"]).fft2().pairs] },
    "ifft2": { [z($0["x"]).ifft2(counts: [2, 5], normalization: .ortho).pairs] },
    "fftn": { [z($0["x"]).fftN().pairs] },
    "ifftn": { [z($0["x"]).ifftN(axes: [0, 2]).pairs] },
    "rfft2": { [$0["x"].rfft2().pairs] },
    "irfft2": { [z($0["x"]).irfft2(counts: [3, 5])] },
    "rfftn": { [$0["x"].rfftN(counts: [4, 3], normalization: .forward).pairs] },
    "irfftn": { [z($0["x"]).irfftN()] },
    "hfft2": { [z($0["x"]).hfft2()] },
    "ihfft2": { [$0["x"].ihfft2().pairs] },
    "hfftn": { [z($0["x"]).hfftN(counts: [2, 3, 4])] },
    "ihfftn": { [$0["x"].ihfftN(normalization: .ortho).pairs] },
    "fftshift": { [$0["x"].fftShifted(), $0["x"].fftShifted(axes: [1]), $0["x"].ifftShifted()] },
  ]

  private static let signals: [String: Call] = [
    "frequencies": { _ in
      [
        Tensor(fftFrequencies: 5, spacing: 0.5, dtype: .float64), Tensor(fftFrequencies: 6, dtype: .float64),
        Tensor(rfftFrequencies: 5, dtype: .float64), Tensor(rfftFrequencies: 6, spacing: 2, dtype: .float64),
      ]
    },
    "windows periodic": { _ in windows(periodic: true) },
    "windows symmetric": { _ in windows(periodic: false) },
    "stft": { x in
      [x["x"].stft(ShortTimeFourier(size: 8, window: Tensor(window: .hann, count: 8, dtype: .float64))).pairs]
    },
    "stft plain": { x in
      let settings = ShortTimeFourier(
        size: 8, hop: 3, window: x["w"], isCentered: false, isNormalized: true, isOneSided: false)
      return [x["x"].stft(settings).pairs]
    },
    "istft": { x in
      [z(x["x"]).istft(ShortTimeFourier(size: 8, window: Tensor(window: .hann, count: 8, dtype: .float64)))]
    },
    "istft length": { x in
      [z(x["x"]).istft(ShortTimeFourier(size: 6, hop: 2, window: x["w"], isNormalized: true), length: 11)]
    },
  ]

  private static func windows(periodic: Bool) -> [Tensor] {
    let all: [(SignalWindow, Int)] = [
      (.hann, 7), (.hamming(), 6), (.hamming(alpha: 0.6), 6), (.blackman, 7), (.bartlett, 6), (.kaiser(), 7),
      (.kaiser(beta: 3), 6), (.hann, 1),
    ]
    return all.map { Tensor(window: $0, count: $1, periodic: periodic, dtype: .float64) }
  }

  private static let complex: [String: Call] = [
    "complex arithmetic": { x in
      let (a, b) = (z(x["a"]), z(x["b"]))
      return [a + b, a - b, a * b, a / b, a.conjugate()].map(\.pairs)
    },
    "complex functions": { x in
      let a = z(x["a"])
      return [a.abs(), a.angle(), a.exp().pairs, a.log().pairs, a.sqrt().pairs, a.reciprocal().pairs]
    },
    "complex matmul": { [z($0["a"]).matmul(z($0["b"])).pairs] },
    "polar": { [ComplexTensor(magnitude: $0["r"], angle: $0["t"]).pairs] },
  ]
}
