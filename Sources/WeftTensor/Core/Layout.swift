// How elements lie in memory: questions about strides, and the strides of views.

package enum Layout {
  static func isContiguous(_ shape: Shape, _ strides: AxisValues) -> Bool {
    var expected = 1
    for axis in stride(from: strides.count - 1, through: 0, by: -1) {
      let size = shape.axes[axis]
      if size == 0 { return true }
      if size == 1 { continue }
      if strides[axis] != expected { return false }
      expected *= size
    }
    return true
  }

  /// Axes from the slowest to the fastest in memory; axes that repeat (stride 0) count by position.
  static func memoryOrder(_ shape: Shape, _ strides: AxisValues) -> AxisValues {
    var order = AxisValues(0..<shape.rank)
    // Insertion sort: stable, and ranks are small.
    for i in order.indices.dropFirst() {
      var j = i
      while j > 0, isSlower(order[j], than: order[j - 1], shape, strides) {
        order.swapAt(j, j - 1)
        j -= 1
      }
    }
    return order
  }

  private static func isSlower(_ a: Int, than b: Int, _ shape: Shape, _ strides: AxisValues) -> Bool {
    guard shape.axes[a] > 1, shape.axes[b] > 1 else { return false }
    return abs(strides[a]) > abs(strides[b])
  }

  /// Strides without gaps for `shape`, its axes laid out in `order` (slowest first).
  static func denseStrides(_ shape: Shape, order: AxisValues) -> AxisValues {
    var strides = AxisValues(repeating: 1, count: shape.rank)
    var step = 1
    for axis in order.reversed() {
      strides[axis] = step
      step *= Swift.max(shape.axes[axis], 1)
    }
    return strides
  }

  /// Whether what lies in the order of these strides without gaps, and what lies in the order of that, have the same
  /// strides.
  static func isSettled(_ shape: Shape, _ strides: AxisValues) -> Bool {
    let first = denseStrides(shape, order: memoryOrder(shape, strides))
    if isContiguous(shape, first) { return first == shape.contiguousStrides }
    return denseStrides(shape, order: memoryOrder(shape, first)) == first
  }

  /// Whether both strides reach the same memory: those of axes of size 1 do not matter.
  static func agree(_ a: AxisValues, _ b: AxisValues, on shape: Shape) -> Bool {
    shape.axes.indices.allSatisfy { shape.axes[$0] <= 1 || a[$0] == b[$0] }
  }

  /// Strides in which `shape` reads a tensor of shape `from` with stretched axes repeated.
  static func broadcastStrides(_ strides: AxisValues, from: Shape, to shape: Shape) -> AxisValues {
    let lead = shape.rank - from.rank
    var result = AxisValues(repeating: 0, count: shape.rank)
    for axis in 0..<from.rank where from.axes[axis] != 1 || shape.axes[lead + axis] == 1 {
      result[lead + axis] = strides[axis]
    }
    return result
  }

  /// Strides under which the same memory reads as `target`, or nil where no strides do.
  package static func viewStrides(_ shape: Shape, _ strides: AxisValues, as target: Shape) -> AxisValues? {
    if shape.elementCount == 0 { return target.contiguousStrides }
    let runs = mergedRuns(shape, strides)
    var result = AxisValues(repeating: 1, count: target.rank)
    var run = runs.count - 1
    var taken = 1  // elements of the present run that target axes already cover
    for axis in Swift.stride(from: target.rank - 1, through: 0, by: -1) {
      let size = target.axes[axis]
      while run >= 0, size > 1, taken == runs[run].size {
        run -= 1
        taken = 1
      }
      guard run >= 0 else { continue }  // only axes of size 1 are left
      result[axis] = runs[run].stride * taken
      taken *= size
      guard runs[run].size % taken == 0 else { return nil }
    }
    return result
  }

  /// Neighbouring axes that are one run in memory, joined; axes of size 1 left out.
  private static func mergedRuns(_ shape: Shape, _ strides: AxisValues) -> [(size: Int, stride: Int)] {
    var runs: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(shape.axes, strides) where size != 1 {
      if let last = runs.last, last.stride == stride * size {
        runs[runs.count - 1] = (last.size * size, stride)
      } else {
        runs.append((size, stride))
      }
    }
    return runs
  }
}
