import Foundation
import WeftTensor

extension Operator {
  /// Fourier transforms and windows.
  static let signals: [Operator] = [
    Operator("DFT", fixed: [1, 2]) { try fourier($0) },
    Operator("STFT", fixed: [1, 3]) { try shortTime($0) },
    window("HannWindow") { 0.5 - 0.5 * cos($0) },
    window("HammingWindow") { 25.0 / 46 - 21.0 / 46 * cos($0) },
    window("BlackmanWindow") { 0.42 - 0.5 * cos($0) + 0.08 * cos(2 * $0) },
    Operator("MelWeightMatrix", fixed: [0, 1, 2, 3, 4]) { try melWeights($0) },
  ]

  private static func window(_ name: String, _ body: @escaping @Sendable (Double) -> Double) -> Operator {
    Operator(name, fixed: [0]) { call in
      let size = try call.integer(0) ?? 0
      guard (0..<1 << 26).contains(size) else {
        throw NodeFailure(expected: "a size within \(1 << 26)", got: "\(size)")
      }
      let period = Double(try call.attributes.flag("periodic", true) ? size : size - 1)
      let dtype = try call.dtype("output_datatype") ?? .float32
      return Tensor((0..<size).map { body(2 * .pi * Double($0) / period) }, dtype: dtype)
    }
  }

  /// Numbers whose last axis holds their parts, as complex ones.
  private static func complex(_ x: Tensor) throws -> ComplexTensor {
    guard x.rank > 0, x.shape[-1] == 1 || x.shape[-1] == 2 else {
      throw NodeFailure(expected: "a last axis of 1 or 2", got: "\(x.spec)")
    }
    return ComplexTensor(pairs: x.shape[-1] == 2 ? x : x.padded([(0, 1)]))
  }

  private static func fourier(_ call: NodeCall) throws -> Tensor {
    let x = try call.tensor(0)
    let axis = try call.axis(call.integer(2) ?? call.attributes.int("axis", call.version < 20 ? 1 : -2), rank: x.rank)
    let count = try call.integer(1)
    if let count, !(1..<1 << 32).contains(count) { throw NodeFailure(expected: "a length from 1", got: "\(count)") }
    let isInverse = try call.attributes.flag("inverse")
    let isHalf = try call.attributes.flag("onesided")
    // In float64, so that what cancels out leaves no more than the rounding of the input.
    let z = try complex(x.converted(to: .float64))
    if isInverse, isHalf {
      // Half a spectrum, of real numbers.
      let length = count ?? 2 * (x.shape[axis] - 1)
      return z.irfft(count: length, axis: axis).unsqueezed(-1).converted(to: x.dtype)
    }
    let result = isInverse ? z.ifft(count: count, axis: axis) : z.fft(count: count, axis: axis)
    let pairs = result.pairs.converted(to: x.dtype)
    return isHalf ? pairs.narrowed(axis: axis, from: 0, count: result.shape[axis] / 2 + 1) : pairs
  }

  private static func shortTime(_ call: NodeCall) throws -> Tensor {
    let given = try call.tensor(0)
    // Signals of real numbers may come without the axis of their parts.
    let x = given.rank == 2 ? given.unsqueezed(-1) : given
    let (step, window) = (try call.integer(1) ?? 0, try call.tensorIfAny(2))
    let length = try call.integer(3) ?? window?.elementCount ?? 0
    guard x.rank == 3, step > 0, length > 0, length <= x.shape[1], window.map({ $0.elementCount == length }) ?? true
    else {
      throw NodeFailure(
        expected: "[batch, samples] or [batch, samples, 1 or 2], a step and a frame",
        got: "\(given.spec), \(step), \(length)")
    }
    var frames = x.slidingWindows(axis: 1, size: length, step: step)
    // [batch, frames, parts, length]
    if let window { frames = frames * window }
    let spectrum = try complex(frames.transposed()).fft(axis: 2)
    guard try call.attributes.flag("onesided", true) else { return spectrum.pairs }
    return spectrum.pairs.narrowed(axis: 2, from: 0, count: length / 2 + 1)
  }

  private static func melWeights(_ call: NodeCall) throws -> Tensor {
    let (bins, length, rate) = (try call.integer(0) ?? 0, try call.integer(1) ?? 0, try call.integer(2) ?? 0)
    let (low, high) = (try call.number(3) ?? 0, try call.number(4) ?? 0)
    guard (1..<1 << 12).contains(bins), (1..<1 << 16).contains(length), rate > 0, low >= 0, high >= low, high < 1e9
    else {
      throw NodeFailure(expected: "bands, a length and a rate from 1", got: "\(bins), \(length), \(rate)")
    }
    func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
    let spread = (mel(high) - mel(low)) / Double(bins + 2)
    let places = (0..<bins + 2).map { index -> Int in
      let hertz = 700 * (pow(10, (mel(low) + Double(index) * spread) / 2595) - 1)
      return Int((Double(length + 1) * hertz / Double(rate)).rounded(.down))
    }
    let count = length / 2 + 1
    var weights = Array(repeating: 0.0, count: count * bins)
    for band in 0..<bins {
      let (first, middle, last) = (places[band], places[band + 1], places[band + 2])
      // Of bands that reach far beyond the spectrum only what lies in it is walked.
      func set(_ places: Range<Int>, _ weight: (Int) -> Double) {
        for place in places.clamped(to: 0..<count) { weights[place * bins + band] = weight(place) }
      }
      if middle == first {
        set(middle..<middle + 1) { _ in 1 }
      } else {
        set(first..<max(first, middle) + 1) { Double($0 - first) / Double(middle - first) }
      }
      set(middle..<max(middle, last)) { Double(last - $0) / Double(last - middle) }
    }
    return Tensor(weights, shape: [count, bins], dtype: try call.dtype("output_datatype") ?? .float32)
  }
}
