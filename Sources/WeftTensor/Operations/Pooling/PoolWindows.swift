/// Which windows a pool takes from each spatial axis.
public enum PoolWindows: Hashable, Sendable {
  /// Windows of `kernel` elements, `dilation` apart, each `stride` after the one before (left out: the kernel's size),
  /// over an axis with `padding` on both sides. With `ceilMode` a last window may reach beyond the padding, if it begins
  /// inside the axis or the padding in front.
  case sliding(
    kernel: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false)
  /// So many windows that cover the axis evenly: window i is ⌊i·in/out⌋ ..< ⌈(i+1)·in/out⌉; -1 for as many as elements.
  case adaptive(outputSize: PerAxis)

  /// What errors call an operation over these windows.
  func name(of operation: String) -> String {
    guard case .adaptive = self else { return operation }
    return "adaptive\(operation.prefix(1).uppercased())\(operation.dropFirst())"
  }
}

extension PoolGeometry {
  /// - Throws: `TensorError` where the windows do not fit the input.
  package init(_ input: TensorSpec, _ windows: PoolWindows, operation: String) throws(TensorError) {
    let operation = windows.name(of: operation)
    let check = PoolCheck(operation: operation, input: input)
    try check.shape()
    batch = input.shape[0]
    channels = input.shape[1]
    inSize = Array(input.shape.sizes.dropFirst(2))
    let axes = inSize.count
    (outSize, kernel, stride, padding, dilation) = ([], [], [], [], [])
    switch windows {
    case .adaptive(let outputSize):
      isAdaptive = true
      let wanted = try outputSize.resolved(axes, "outputSize", atLeast: -1, operation: operation)
      outSize = zip(wanted, inSize).map { $0 == -1 ? $1 : $0 }
      (kernel, stride, padding, dilation) = (outSize, outSize, outSize, outSize)
    case .sliding(let kernel, let stride, let padding, let dilation, let ceilMode):
      isAdaptive = false
      self.kernel = try kernel.resolved(axes, "kernel", atLeast: 1, operation: operation)
      self.stride = try (stride ?? kernel).resolved(axes, "stride", atLeast: 1, operation: operation)
      self.padding = try padding.resolved(axes, "padding", atLeast: 0, operation: operation)
      self.dilation = try dilation.resolved(axes, "dilation", atLeast: 1, operation: operation)
      for axis in 0..<axes { outSize.append(try windowCount(axis, ceilMode, check)) }
    }
  }

  private func windowCount(_ axis: Int, _ ceilMode: Bool, _ check: PoolCheck) throws(TensorError) -> Int {
    let reach = dilation[axis].multipliedReportingOverflow(by: kernel[axis] - 1).partialValue
    guard padding[axis] <= (reach + 1) / 2 else { throw check.padding(padding[axis], window: reach + 1) }
    // With `ceilMode` what is left behind the last whole window makes another, even where there is no whole one.
    let room = inSize[axis] + 2 * padding[axis] - reach - 1 + (ceilMode ? stride[axis] - 1 : 0)
    guard room >= 0 else { throw check.tooSmall(axis: axis + 2, needed: inSize[axis] - room) }
    let count = room / stride[axis] + 1
    guard ceilMode else { return count }
    return (count - 1) * stride[axis] >= inSize[axis] + padding[axis] ? count - 1 : count
  }

  /// Calls `body` with each output's index, the input indices of its window, and the size of the window with padding.
  func forEachWindow(_ body: (_ output: [Int], _ inputs: [[Int]], _ size: Int) -> Void) {
    for output in ReferenceArray.indices(of: outputShape.sizes) {
      var inputs = [[output[0], output[1]]]
      var size = 1
      for axis in inSize.indices {
        let window = window(output[axis + 2], axis: axis)
        inputs = inputs.flatMap { input in window.places.map { input + [$0] } }
        size *= window.size
      }
      body(output, inputs, size)
    }
  }
}

/// The checks and messages that pools share.
struct PoolCheck {
  let operation: String
  let input: TensorSpec

  func error(
    _ code: TensorError.Code = .shape, expected: String, got: String, hint: String = ""
  ) -> TensorError {
    TensorError(
      code, operation: operation, operands: [("input", SingleExample.spec(input))], expected: expected, got: got,
      hint: hint)
  }

  func shape() throws(TensorError) {
    let shape = input.shape
    guard (3...5).contains(shape.rank) else {
      throw error(
        expected: "an input of 3, 4 or 5 axes, [batch, channels, spatial...]", got: "\(shape.rank) axes",
        hint: shape.rank == 2 ? "no batch axis? `input.unsqueezed(0)` adds one" : "")
    }
    guard input.dtype.isFloatingPoint else {
      throw error(
        .dtype, expected: "a floating-point type", got: "\(input.dtype)", hint: "`x.converted(to: .float32)`")
    }
    let spatial = shape.sizes.dropFirst(2)
    guard spatial.allSatisfy({ $0 > 0 }), spatial.reduce(1, *) <= Int(Int32.max) else {
      throw error(expected: "spatial axes of 1 up to \(Int32.max) elements together", got: "\(Array(spatial))")
    }
  }

  func padding(_ padding: Int, window: Int) -> TensorError {
    error(
      .value, expected: "padding of at most half the window (\(window)), so that no window lies outside the input",
      got: "\(padding)")
  }

  func tooSmall(axis: Int, needed: Int) -> TensorError {
    let last = input.shape.rank - 1
    return error(
      expected:
        "the input's axis \(SingleExample.axis(axis)) to have at least size \(needed), so that a window fits in",
      got: "\(input.shape[axis])",
      hint: axis < last || input.shape[last] <= 4
        ? SingleExample.isRunning
          ? "axes are [channels, spatial...]: channels last?"
          : "axes are [batch, channels, spatial...]: channels last, or no batch axis?" : "")
  }
}
