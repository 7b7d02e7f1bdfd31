/// The sizes of a tensor's axes. `[]` is a scalar; a size of 0 makes an empty tensor.
public struct Shape: Hashable, Sendable {
  /// The sizes, as many as a tensor may have.
  var axes: AxisValues
  /// How many further sizes were given. No tensor has such a shape: `checkedElementCount` refuses it.
  private var excess = 0

  init(axes: AxisValues) { self.axes = axes }

  /// - Parameter sizes: Of the axes, from the first on.
  public init(_ sizes: some Sequence<Int>) {
    axes = AxisValues()
    var count = 0
    for size in sizes {
      axes.append(size)
      count += 1
    }
    excess = count - axes.count
  }

  /// The sizes as an array. (Loops over axes that run often read `axes`, which needs no memory.)
  public var sizes: [Int] { Array(axes) }

  /// The number of axes.
  public var rank: Int { axes.count + excess }

  /// The number of elements; 1 for a scalar.
  public var elementCount: Int {
    var count = 1
    for axis in 0..<axes.count { count &*= axes[axis] }
    return count
  }

  /// The number of elements, or nil where it, or a size, is not a number of elements that memory could hold.
  var checkedElementCount: Int? {
    guard excess == 0 else { return nil }
    var nonzero = 1  // overflow counts even when another axis is empty: strides are computed from it
    for size in axes {
      guard size >= 0 else { return nil }
      let (product, overflow) = nonzero.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard !overflow, product < 1 << 46 else { return nil }
      nonzero = product
    }
    return elementCount
  }

  /// `elementCount` of a shape from outside: nil where a size is negative or memory could not hold it.
  package var validElementCount: Int? { checkedElementCount }

  /// Strides, in elements, of row-major order.
  var contiguousStrides: AxisValues {
    var strides = axes
    var step = 1
    for axis in stride(from: axes.count - 1, through: 0, by: -1) {
      strides[axis] = step
      step &*= Swift.max(axes[axis], 1)
    }
    return strides
  }

  /// The axis that `axis` means, counting from the end where it is negative; nil where there is none.
  public func axis(_ axis: Int) -> Int? {
    let resolved = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(resolved) ? resolved : nil
  }

  /// The places of `axes` (already checked; nil for all), from the front. A scalar has none, whichever were named.
  func places(of axes: [Int]?) -> [Int] {
    guard let axes else { return Array(0..<rank) }
    return rank == 0 ? [] : axes.map { $0 < 0 ? $0 + rank : $0 }
  }

  /// This shape with each of `axes` (already resolved) removed, or kept at size 1.
  func removing(axes removed: some Collection<Int>, keepDims: Bool) -> Shape {
    var result = AxisValues()
    for axis in 0..<axes.count {
      if !removed.contains(axis) { result.append(axes[axis]) } else if keepDims { result.append(1) }
    }
    return Shape(axes: result)
  }

  /// The shape that both broadcast to, or nil: sizes are matched from the last axis; 1 stretches to any size.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    let (long, short) = a.rank >= b.rank ? (a, b) : (b, a)
    var sizes = long.axes
    let lead = long.axes.count - short.axes.count
    for axis in 0..<short.axes.count {
      let (p, q) = (sizes[lead + axis], short.axes[axis])
      if p == q || q == 1 { continue }
      guard p == 1 else { return nil }
      sizes[lead + axis] = q
    }
    return Shape(axes: sizes)
  }
}

extension Shape: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { axes.count }

  /// The size of an axis; negative axes count from the end. Misuse is reported as for operations.
  public subscript(axis: Int) -> Int {
    get {
      guard let resolved = self.axis(axis) else {
        report(.axis(axis, rank: rank, operation: "shape"))
        return 0
      }
      return resolved < axes.count ? axes[resolved] : 1
    }
    set {
      guard let resolved = self.axis(axis) else { return report(.axis(axis, rank: rank, operation: "shape")) }
      if resolved < axes.count { axes[resolved] = newValue }
    }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }
  public var description: String {
    "[" + axes.map(String.init).joined(separator: ", ") + (excess > 0 ? ", and \(excess) more]" : "]")
  }
}
