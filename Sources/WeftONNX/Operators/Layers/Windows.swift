import WeftTensor

/// How a window goes over the spatial axes: what convolutions and pools have in common.
struct Windows {
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  var before: [Int]
  var after: [Int]

  /// - Parameters:
  ///   - sizes: Of the spatial axes.
  ///   - kernel: The kernel's, where no attribute says it.
  init(_ call: NodeCall, sizes: [Int], kernel given: [Int]? = nil) throws {
    let axes = sizes.count
    let attributes = call.attributes
    func list(_ name: String, _ fallback: Int) throws -> [Int] {
      let values = try attributes.ints(name) ?? Array(repeating: fallback, count: axes)
      guard values.count == axes, values.allSatisfy({ (1..<1 << 31).contains($0) }) else {
        throw NodeFailure(expected: "\(name) from 1 for \(axes) axes", got: "\(values)")
      }
      return values
    }
    kernel = try given ?? list("kernel_shape", 1)
    (strides, dilations) = (try list("strides", 1), try list("dilations", 1))
    let pads = try attributes.ints("pads") ?? Array(repeating: 0, count: 2 * axes)
    guard pads.count == 2 * axes, kernel.count == axes, pads.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw NodeFailure(expected: "pads from 0 for both ends of \(axes) axes", got: "\(pads)")
    }
    // Those of tensors without elements may be any.
    guard (kernel + sizes).allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw NodeFailure(expected: "kernels and sizes below \(1 << 31)", got: "\(kernel) over \(sizes)")
    }
    (before, after) = (Array(pads[..<axes]), Array(pads[axes...]))
    let auto = try attributes.text("auto_pad", "NOTSET")
    if auto == "VALID" { (before, after) = (Array(repeating: 0, count: axes), Array(repeating: 0, count: axes)) }
    guard auto.hasPrefix("SAME") else { return }
    for axis in 0..<axes {
      let count = (sizes[axis] + strides[axis] - 1) / strides[axis]
      let total = max(0, (count - 1) * strides[axis] + extent(axis) - sizes[axis])
      before[axis] = auto == "SAME_LOWER" ? total - total / 2 : total / 2
      after[axis] = total - before[axis]
    }
  }

  /// How far one window reaches along an axis.
  func extent(_ axis: Int) -> Int { (kernel[axis] - 1) * dilations[axis] + 1 }

  var isSymmetric: Bool { before == after }
  var isPadded: Bool { before.contains { $0 > 0 } || after.contains { $0 > 0 } }

  /// The amounts for `padded`, with what lies beyond them.
  func amounts(beyond: [Int]) -> [(before: Int, after: Int)] {
    before.indices.map { (before[$0], after[$0] + beyond[$0]) }
  }

  /// What a pool that rounds the number of windows up needs beyond the padding, by axis; no window begins there.
  func beyond(_ sizes: [Int], roundsUp: Bool) -> [Int] {
    sizes.indices.map { axis in
      let room = sizes[axis] + before[axis] + after[axis] - extent(axis)
      guard roundsUp, room >= 0 else { return 0 }
      var count = (room + strides[axis] - 1) / strides[axis] + 1
      if (count - 1) * strides[axis] >= sizes[axis] + before[axis] { count -= 1 }
      return max(0, (count - 1) * strides[axis] - room)
    }
  }
}
