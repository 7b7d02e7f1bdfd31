/// The sizes of a tensor's axes. `[]` is a scalar; a size of 0 makes an empty tensor.
public struct Shape: Hashable, Sendable {
  public private(set) var sizes: [Int]

  public init(_ sizes: [Int]) { self.sizes = sizes }
  public init(_ sizes: some Sequence<Int>) { self.sizes = Array(sizes) }

  /// The number of axes.
  public var rank: Int { sizes.count }

  /// The number of elements; 1 for a scalar.
  public var elementCount: Int {
    var count = 1
    for size in sizes { count &*= size }
    return count
  }

  /// The number of elements, or nil where it, or a size, is not a number of elements that memory could hold.
  var checkedElementCount: Int? {
    var nonzero = 1  // overflow counts even when another axis is empty: strides are computed from it
    for size in sizes {
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
  var contiguousStrides: [Int] {
    guard !sizes.isEmpty else { return [] }
    return [Int](unsafeUninitializedCapacity: sizes.count) { strides, count in
      var step = 1
      for axis in stride(from: sizes.count - 1, through: 0, by: -1) {
        strides[axis] = step
        step &*= Swift.max(sizes[axis], 1)
      }
      count = sizes.count
    }
  }

  /// The axis that `axis` means, counting from the end where it is negative; nil where there is none.
  public func axis(_ axis: Int) -> Int? {
    let resolved = axis < 0 ? axis + rank : axis
    return (0..<rank).contains(resolved) ? resolved : nil
  }

  /// This shape with each of `axes` (already resolved) removed, or kept at size 1.
  func removing(axes: some Collection<Int>, keepDims: Bool) -> Shape {
    var result: [Int] = []
    for (axis, size) in sizes.enumerated() {
      if !axes.contains(axis) { result.append(size) } else if keepDims { result.append(1) }
    }
    return Shape(result)
  }

  /// The shape that both broadcast to, or nil: sizes are matched from the last axis; 1 stretches to any size.
  public static func broadcast(_ a: Shape, _ b: Shape) -> Shape? {
    if a == b { return a }
    let (long, short) = a.rank >= b.rank ? (a, b) : (b, a)
    var sizes = long.sizes
    let lead = long.rank - short.rank
    for axis in 0..<short.rank {
      let (p, q) = (sizes[lead + axis], short.sizes[axis])
      if p == q || q == 1 { continue }
      guard p == 1 else { return nil }
      sizes[lead + axis] = q
    }
    return Shape(sizes)
  }
}

extension Shape: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { sizes.count }

  /// The size of an axis; negative axes count from the end. Misuse is reported as for operations.
  public subscript(axis: Int) -> Int {
    get {
      guard let resolved = self.axis(axis) else {
        report(.axis(axis, rank: rank, operation: "shape"))
        return 0
      }
      return sizes[resolved]
    }
    set {
      guard let resolved = self.axis(axis) else { return report(.axis(axis, rank: rank, operation: "shape")) }
      sizes[resolved] = newValue
    }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral sizes: Int...) { self.sizes = sizes }
  public var description: String { "[" + sizes.map(String.init).joined(separator: ", ") + "]" }
}
