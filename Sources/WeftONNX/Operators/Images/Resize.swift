import Foundation
import WeftTensor

extension Operator {
  /// Other sizes.
  static let resizing: [Operator] = [
    Operator("Resize", fixed: [1, 2, 3]) { call in
      let x = try call.tensor(0)
      if call.version < 11 {
        let scales = try call.numbers(1) ?? []
        return try Resizing(call, x, scales: scales, sizes: nil, region: []).result(x)
      }
      return try Resizing(
        call, x, scales: try call.numbers(2) ?? [], sizes: try call.integers(3), region: try call.numbers(1) ?? []
      ).result(x)
    },
    Operator("Upsample", versions: 1...9, fixed: [1]) { call in
      let x = try call.tensor(0)
      let scales = try call.attributes.floats("scales") ?? call.numbers(1) ?? []
      return try Resizing(call, x, scales: scales, sizes: nil, region: []).result(x)
    },
  ]
}

extension NodeCall {
  /// The numbers in a tensor; nil where it was left out.
  func numbers(_ place: Int) throws -> [Double]? { try tensorIfAny(place)?.scalars(as: Double.self) }
}

/// How a tensor is resized: for each element of an axis of the result, which elements of the input it is made of.
///
/// Sizes and places are computed in float32, which the format's scales are of: the nearest one to 0.7 makes 7 of 10
/// there, as it is meant, and less than that in numbers of more digits.
private struct Resizing {
  private let axes: [Int]
  private var sizes: [Int]
  private var scales: [Float]
  private var region: [(start: Float, end: Float)]
  private let mode: String
  private let nearest: String
  private let coordinates: String
  private let cubic: Double
  private let excludesOutside: Bool
  private let antialias: Bool
  private let extrapolation: Double

  init(_ call: NodeCall, _ x: Tensor, scales: [Double], sizes: [Int]?, region stated: [Double]) throws {
    let attributes = call.attributes
    axes = try call.axes(try attributes.ints("axes") ?? Array(0..<x.rank), rank: x.rank)
    mode = try attributes.text("mode", "nearest")
    // The first version mapped places as Upsample did.
    let isOld = call.version < 11
    nearest = try attributes.text("nearest_mode", isOld ? "floor" : "round_prefer_floor")
    coordinates = try attributes.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel")
    cubic = try attributes.float("cubic_coeff_a", -0.75)
    (excludesOutside, antialias) = (try attributes.flag("exclude_outside"), try attributes.flag("antialias"))
    extrapolation = try attributes.float("extrapolation_value", 0)
    region = axes.map { _ in (0, 1) }
    (self.scales, self.sizes) = ([], [])
    let given = axes.map { Float(x.shape[$0]) }
    if let sizes, !sizes.isEmpty {
      try setSizes(sizes, given, try attributes.text("keep_aspect_ratio_policy", "stretch"))
    } else {
      guard scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0 < 0x1p31 }) else {
        throw NodeFailure(expected: "a scale for each of the axes \(axes)", got: "\(scales)")
      }
      self.scales = scales.map { Float($0) }
      self.sizes = try zip(self.scales, given).map { try Self.size(($0 * $1).rounded(.down)) }
    }
    if coordinates == "tf_crop_and_resize" { try setRegion(stated, given, isSized: !(sizes?.isEmpty ?? true)) }
  }

  private mutating func setSizes(_ sizes: [Int], _ given: [Float], _ policy: String) throws {
    guard sizes.count == axes.count, sizes.allSatisfy({ (0..<1 << 26).contains($0) }) else {
      throw NodeFailure(expected: "a size for each of the axes \(axes)", got: "\(sizes)")
    }
    (scales, self.sizes) = (zip(sizes, given).map { Float($0) / $1 }, sizes)
    if policy == "stretch" { return }
    let common = (policy == "not_larger" ? scales.min() : scales.max()) ?? 1
    scales = given.map { _ in common }
    self.sizes = try given.map { try Self.size((common * $0).rounded()) }
  }

  /// The part of the input that becomes the result.
  private mutating func setRegion(_ stated: [Double], _ given: [Float], isSized: Bool) throws {
    guard stated.count == 2 * axes.count else {
      throw NodeFailure(expected: "a region of \(axes.count) axes", got: "\(stated.count) numbers")
    }
    region = axes.indices.map { (Float(stated[$0]), Float(stated[axes.count + $0])) }
    if isSized { return }
    sizes = try axes.indices.map { place in
      try Self.size((given[place] * (region[place].end - region[place].start) * scales[place]).rounded(.down))
    }
  }

  /// A size that was computed.
  private static func size(_ value: Float) throws -> Int {
    guard value >= 0, value < 0x1p26 else { throw NodeFailure(expected: "sizes within \(1 << 26)", got: "\(value)") }
    return Int(value)
  }

  func result(_ x: Tensor) throws -> Tensor {
    let isWhole = !x.dtype.isFloatingPoint
    let smooth = mode != "nearest"
    var y = isWhole && smooth ? x.converted(to: .float32) : x
    var outside: Tensor?
    for (place, axis) in axes.enumerated() {
      let length = x.shape[axis]
      if sizes[place] == length, scales[place] == 1, coordinates != "tf_crop_and_resize" { continue }
      guard length > 0 else { throw NodeFailure(expected: "elements along axis \(axis)", got: "\(x.spec)") }
      let rows = (0..<sizes[place]).map { taps(at: $0, place, length) }
      y = mixed(y, axis, rows)
      if coordinates == "tf_crop_and_resize" {
        let beyond = Tensor(
          (0..<sizes[place]).map { index -> Bool in
            let origin = origin(of: Float(index), place, Float(length))
            return origin < 0 || origin > Float(length - 1)
          })
        var shape = Array(repeating: 1, count: x.rank)
        shape[axis] = sizes[place]
        let mask = beyond.reshaped(to: Shape(shape))
        outside = outside.map { $0.logicalOr(mask) } ?? mask
      }
    }
    if let outside { y = Tensor.where(outside, Tensor(extrapolation, dtype: y.dtype), y) }
    return isWhole && smooth ? y.round().converted(to: x.dtype) : y
  }

  /// Sums of the elements that each row names.
  private func mixed(_ x: Tensor, _ axis: Int, _ rows: [[(place: Int, weight: Double)]]) -> Tensor {
    guard !rows.isEmpty else { return x.narrowed(axis: axis, from: 0, count: 0) }
    let count = rows.map(\.count).max() ?? 0
    if count == 1 { return x.indexSelected(Tensor(rows.map { $0[0].place }), axis: axis) }
    var shape = Array(repeating: 1, count: x.rank)
    shape[axis] = rows.count
    var sum: Tensor?
    for tap in 0..<count {
      let places = rows.map { $0.indices.contains(tap) ? $0[tap].place : $0[0].place }
      let weights = rows.map { $0.indices.contains(tap) ? $0[tap].weight : 0 }
      let part = x.indexSelected(Tensor(places), axis: axis) * Tensor(weights, shape: Shape(shape), dtype: x.dtype)
      sum = sum.map { $0 + part } ?? part
    }
    return sum ?? x
  }

  /// Where an element of the result comes from.
  private func origin(of index: Float, _ place: Int, _ length: Float) -> Float {
    let (scale, size) = (scales[place], Float(sizes[place]))
    switch coordinates {
    case "asymmetric": return index / scale
    case "align_corners":
      // The last element comes of the last, as PyTorch and ONNX Runtime have it. Two of ONNX's own cases go by the size
      // that the scale stands for, whole or not, where the last comes of no element's place.
      return size > 1 ? index * (length - 1) / (size - 1) : 0
    case "pytorch_half_pixel": return size > 1 ? (index + 0.5) / scale - 0.5 : 0
    case "tf_half_pixel_for_nn": return (index + 0.5) / scale
    case "half_pixel_symmetric":
      let adjustment = size / (length * scale)
      return length / 2 * (1 - adjustment) + (index + 0.5) / scale - 0.5
    case "tf_crop_and_resize":
      let (start, end) = region[place]
      return size > 1
        ? start * (length - 1) + index * (end - start) * (length - 1) / (size - 1)
        : 0.5 * (start + end) * (length - 1)
    default: return (index + 0.5) / scale - 0.5
    }
  }

  private func taps(at index: Int, _ place: Int, _ count: Int) -> [(place: Int, weight: Double)] {
    let length = Double(count)
    let stated = Double(origin(of: Float(index), place, Float(count)))
    // What lies anywhere beyond the ends is made of the last element.
    let origin = stated.isFinite ? min(max(stated, -length - 8), 2 * length + 8) : 0
    func clamp(_ value: Double) -> Int { Int(min(max(value, 0), length - 1)) }
    if mode == "nearest" { return [(clamp(rounded(origin)), 1)] }
    // Antialiased, the filter is as wide as what goes into one element.
    let shrink = antialias ? min(Double(scales[place]), 1) : 1
    let reach = min(mode == "cubic" ? 2.0 : 1.0, 2 * length * shrink)
    let first = (origin - reach / shrink).rounded(.down) + 1
    let last = (origin + reach / shrink).rounded(.up) - 1
    var taps: [(place: Int, weight: Double)] = []
    var total = 0.0
    for neighbour in stride(from: first, through: max(first, last), by: 1) {
      var weight = weight((origin - neighbour) * shrink)
      if excludesOutside, neighbour < 0 || neighbour > length - 1 { weight = 0 }
      total += weight
      taps.append((clamp(neighbour), weight))
    }
    guard total != 0 else { return [(clamp(origin.rounded()), 1)] }
    return antialias || excludesOutside ? taps.map { ($0.place, $0.weight / total) } : taps
  }

  private func weight(_ distance: Double) -> Double {
    let d = abs(distance)
    guard mode == "cubic" else { return max(0, 1 - d) }
    if d <= 1 { return ((cubic + 2) * d - (cubic + 3)) * d * d + 1 }
    return d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0
  }

  private func rounded(_ value: Double) -> Double {
    // What float32 made of a half is one, as ONNX Runtime has it.
    let half = value.rounded(.down) + 0.5
    let near = abs(value - half) < 1e-6 ? half : value
    switch nearest {
    case "floor": return value.rounded(.down)
    case "ceil": return value.rounded(.up)
    case "round_prefer_ceil": return (near + 0.5).rounded(.down)
    default: return (near - 0.5).rounded(.up)
    }
  }
}
