import Testing
import WeftContract
import WeftTensor

/// Every pooling kernel against plain loops: all instruction sets and types, channels first and last, numbers of channels
/// and widths around those of a vector.
@Suite(.serialized) struct PoolKernelTests {
  @Test(arguments: InstructionSet.available.map(\.name))
  func kernels(_ set: String) async {
    await #expect(processExitsWith: .success) { [set] in
      useInstructionSet(set)
      for window in PlainWindow.cases {
        for channels in [1, 3, 8, 20, 67] { PoolCase(window, channels: channels).check(set) }
      }
    }
  }

  @Test(arguments: InstructionSet.available.map(\.name))
  func theLastNaNWinsElseTheFirstOfEquals(_ set: String) async {
    await #expect(processExitsWith: .success) { [set] in
      useInstructionSet(set)
      let nan = Double.nan
      let windows: [([Double], Int)] = [
        ([1, 2, 2, 2], 1), ([nan, 3, 9, nan], 3), ([4, nan, 5, nan], 3), ([nan, 3, nan, 1], 2), ([1, 2, 3, nan], 3),
        ([0, -0.0, 0, 0], 0),
        ([-.infinity, -.infinity, -.infinity, -.infinity], 0), ([-.infinity, nan, .infinity, 1], 1),
      ]
      for channels in [1, 4, 16, 33] {
        // [1, C, 2, 2 * windows], each window the same in every channel.
        let top = windows.flatMap { $0.0[0..<2] }
        let bottom = windows.flatMap { $0.0[2..<4] }
        let image = Tensor(top + bottom, shape: [1, 1, 2, 2 * windows.count]).expanded(to: [
          1, channels, 2, 2 * windows.count,
        ])
        for (_, x) in MemoryLayouts.equal(to: image.contiguous()) {
          let (values, places) = x.maxPooledWithIndices(kernel: 2)
          for (place, (window, at)) in windows.enumerated() {
            let position = at / 2 * 2 * windows.count + 2 * place + at % 2
            for channel in 0..<channels {
              precondition(places[0, channel, 0, place].item(as: Int.self) == position, "\(set) \(window)")
              let value = values[0, channel, 0, place].item(as: Double.self)
              precondition(value == window[at] || (value.isNaN && window[at].isNaN), "\(set) \(window)")
            }
          }
        }
      }
    }
  }

  /// The average of what fits a type fits it, where the sum does not; what is beside it is the same as ever.
  @Test(arguments: InstructionSet.available.map(\.name))
  func averagesOfLargeNumbers(_ set: String) async {
    await #expect(processExitsWith: .success) { [set] in
      useInstructionSet(set)
      for (dtype, large) in [(DType.float32, 3e38), (.bfloat16, 3e38), (.float64, 1.7e308), (.float16, 65504)] {
        for channels in [1, 3, 16, 33] {
          let small = SampleInput.real([2, channels, 6, 20]).draw(seed: 1).converted(to: dtype)
          for (layout, plain) in MemoryLayouts.equal(to: small) {
            var x = plain
            x[0, 0, 0..<4, 0..<8] = Tensor(full: [4, 8], large, dtype: dtype)
            x[1, -1, 2..<4, 4..<6] = Tensor([[large, -large], [.infinity, large]], dtype: dtype)
            for pooled in [{ $0.averagePooled(kernel: 2) }, { $0.adaptiveAveragePooled(to: [3, 10]) }]
              as [(Tensor) -> Tensor]
            {
              let (found, expected) = (pooled(x), pooled(plain))
              let corner = found[0, 0, 0..<2, 0..<4].scalars(as: Double.self)
              let number = Tensor([large], dtype: dtype).item(as: Double.self)
              precondition(corner.allSatisfy { abs($0 / number - 1) < 1e-6 }, "\(set) \(dtype) \(layout) \(corner)")
              precondition(found[1, -1, 1, 2].item(as: Double.self) == .infinity, "\(set) \(dtype) \(layout)")
              precondition(found[0, 0, 2].elementsEqual(expected[0, 0, 2]), "\(set) \(dtype) \(layout)")
              precondition(found[0, 0, 0..<2, 4...].elementsEqual(expected[0, 0, 0..<2, 4...]), "\(set) \(layout)")
            }
          }
          let number = Tensor([large], dtype: dtype).item(as: Double.self)
          for wide in [
            Tensor(full: [1, channels, 6, 6], large, dtype: dtype).averagePooled(kernel: 3),
            Tensor(full: [1, channels, 5, 5], large, dtype: dtype).adaptiveAveragePooled(to: 2),
          ] {
            let ratios = wide.scalars(as: Double.self).map { abs($0 / number - 1) }
            precondition(ratios.allSatisfy { $0 < 1e-6 }, "\(set) \(dtype) \(ratios)")
          }
          let whole = Tensor(full: [1, channels, 8, 40], large, dtype: dtype).adaptiveAveragePooled(to: 1)
          let share = whole.converted(to: .float64) / Tensor([large], dtype: dtype).converted(to: .float64)
          precondition(share.isClose(to: share.onesLike(), relative: 1e-5), "\(set) \(dtype) \(share)")
        }
      }
    }
  }

  @Test func theResultDoesNotDependOnTheThreads() async {
    await #expect(processExitsWith: .success) {
      let x = SampleInput.real([3, 24, 40, 40]).draw(seed: 3).converted(to: .float32)
      func results() -> [[Float]] {
        let x = x.requiringGrad()
        let y = x.maxPooled(kernel: 3, stride: 2, padding: 1) + x.averagePooled(kernel: 3, stride: 2, padding: 1)
        (y * y).sum().backward()
        return [y.scalars(as: Float.self), (x.grad ?? x).scalars(as: Float.self)]
      }
      Threads.count = 1
      let alone = results()
      Threads.count = 3
      precondition(results() == alone)
    }
  }
}

/// Windows over a plane, by definition.
struct PlainWindow {
  var size: (Int, Int)
  var kernel: Int
  var stride: Int
  var padding = 0
  var dilation = 1

  static let cases = [
    PlainWindow(size: (4, 37), kernel: 2, stride: 2), PlainWindow(size: (7, 9), kernel: 2, stride: 3),
    PlainWindow(size: (5, 18), kernel: 3, stride: 2, padding: 1), PlainWindow(size: (6, 21), kernel: 3, stride: 1),
    PlainWindow(size: (8, 40), kernel: 2, stride: 2, padding: 1, dilation: 2),
    PlainWindow(size: (7, 8), kernel: 6, stride: 1, padding: 3), PlainWindow(size: (4, 4), kernel: 4, stride: 4),
  ]

  private func count(_ size: Int) -> Int { (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1 }
  var outSize: (Int, Int) { (count(size.0), count(size.1)) }

  /// For each window, the flattened places of its elements inside the plane.
  var places: [[Int]] {
    (0..<outSize.0).flatMap { y in
      (0..<outSize.1).map { x in
        (0..<kernel * kernel).compactMap { tap in
          let row = y * stride - padding + tap / kernel * dilation
          let column = x * stride - padding + tap % kernel * dilation
          return row >= 0 && row < size.0 && column >= 0 && column < size.1 ? row * size.1 + column : nil
        }
      }
    }
  }
}

/// One window over an image of some channels: results and gradients by plain loops, and the kernels' beside them.
struct PoolCase {
  let window: PlainWindow
  let channels: Int
  /// Quarters, of which many are equal, and which every type holds exactly.
  let values: [Double]
  let weights: [Double]

  init(_ window: PlainWindow, channels: Int) {
    (self.window, self.channels) = (window, channels)
    var generator = TestRandom(UInt64(channels))
    let planes = 2 * channels
    values = (0..<planes * window.size.0 * window.size.1).map { _ in
      Double(Int.random(in: -8...8, using: &generator)) / 4
    }
    weights = (0..<planes * window.outSize.0 * window.outSize.1).map { _ in
      Double(Int.random(in: -3...3, using: &generator))
    }
  }

  private var inShape: Shape { [2, channels, window.size.0, window.size.1] }
  private var outShape: Shape { [2, channels, window.outSize.0, window.outSize.1] }

  /// Values, places, and the gradient of the values weighted.
  private func byLoops(max: Bool) -> (values: [Double], places: [Double], gradient: [Double]) {
    let plane = window.size.0 * window.size.1
    var result = (values: [Double](), places: [Double](), gradient: Array(repeating: 0.0, count: values.count))
    for start in stride(from: 0, to: values.count, by: plane) {
      for places in window.places {
        let weight = weights[result.values.count]
        if max {
          let best = places.reduce(places[0]) { values[start + $1] > values[start + $0] ? $1 : $0 }
          result.values.append(values[start + best])
          result.places.append(Double(best))
          result.gradient[start + best] += weight
        } else {
          result.values.append(places.reduce(0) { $0 + values[start + $1] } / Double(places.count))
          for place in places { result.gradient[start + place] += weight / Double(places.count) }
        }
      }
    }
    return result
  }

  func check(_ set: String) {
    for max in [true, false] {
      let expected = byLoops(max: max)
      for dtype in [DType.float32, .float64, .float16, .bfloat16] {
        let x = Tensor(values, shape: inShape, dtype: dtype)
        for (layout, x) in [("plain", x)] + MemoryLayouts.equal(to: x) {
          compare(x.detach(), expected, max: max, "\(set) \(window) of \(channels) channels \(layout) in \(dtype)")
        }
      }
    }
  }

  private func compare(
    _ x: Tensor, _ expected: (values: [Double], places: [Double], gradient: [Double]), max: Bool, _ label: String
  ) {
    let x = x.requiringGrad()
    let (kernel, stride, padding) = (PerAxis(window.kernel), PerAxis(window.stride), PerAxis(window.padding))
    let y: Tensor
    if max {
      let places: Tensor
      (y, places) = x.maxPooledWithIndices(
        kernel: kernel, stride: stride, padding: padding, dilation: PerAxis(window.dilation), spatialAxes: x.rank - 2)
      expectClose(places, ReferenceArray(shape: outShape.sizes, values: expected.places), within: 0, label)
    } else {
      guard window.dilation == 1 else { return }
      y = x.averagePooled(
        kernel: kernel, stride: stride, padding: padding, countsPadding: false, spatialAxes: x.rank - 2)
    }
    let tolerance = max ? 0 : 2 * Tolerance.allowed(x.dtype, .elementwise)
    expectClose(y, ReferenceArray(shape: outShape.sizes, values: expected.values), within: tolerance, label)
    (y * Tensor(weights, shape: outShape, dtype: x.dtype)).sum().backward()
    expectClose(
      x.grad ?? x, ReferenceArray(shape: inShape.sizes, values: expected.gradient), within: tolerance,
      "gradient, " + label)
  }
}
