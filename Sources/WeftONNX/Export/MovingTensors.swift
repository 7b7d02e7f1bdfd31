import WeftTensor

// Tensors that the program makes of numbers, and that follow the free axes: one number throughout, a single integer, or
// integers that rise by equal steps, each perhaps several times in a row.
extension GraphWriter {
  /// The tensor by what it was in each recording.
  func moving(_ values: [Tensor]) throws -> GraphValue {
    let dtype = values[0].dtype
    let shapes = values.map(\.shape.sizes)
    if let number = Self.number(throughout: values) {
      let made = try expand(scalar(number, dtype), to: shapes)
      uniforms[made.name] = number
      return made
    }
    guard dtype.isInteger else { throw ExportObstacle.movingSize }
    let lists = values.map { $0.scalars(as: Int.self) }
    if values[0].elementCount == 1, shapes.isFixed {
      let list = try size(lists.map { $0[0] })
      return cast(try reshape(list, to: shapes), to: dtype)
    }
    return cast(try reshape(try progression(lists), to: shapes), to: dtype)
  }

  private static func number(throughout values: [Tensor]) -> Double? {
    let all = values.flatMap { $0.scalars(as: Double.self) }
    guard let first = all.first, all.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// first + step·⌊i / each⌋.
  private func progression(_ lists: [[Int]]) throws -> GraphValue {
    guard let longest = lists.max(by: { $0.count < $1.count }), let first = longest.first else {
      throw ExportObstacle.movingSize
    }
    let each = longest.prefix { $0 == first }.count
    guard each < longest.count else { throw ExportObstacle.movingSize }
    let step = longest[each] - first
    let fits = lists.allSatisfy { list in
      list.indices.allSatisfy { list[$0] == first + step * ($0 / each) }
    }
    guard fits else { throw ExportObstacle.movingSize }
    var made = try range(lists.map(\.count), near: [])
    if each > 1 { made = emit("Div", [made, scalar(Double(each), .int64)]) }
    if step != 1 { made = emit("Mul", [made, scalar(Double(step), .int64)]) }
    return first == 0 ? made : emit("Add", [made, scalar(Double(first), .int64)])
  }
}
