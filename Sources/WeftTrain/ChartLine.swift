/// What is drawn of a line: its finite points, thinned out and averaged.
struct ChartLine {
  /// The stretches between points that are not finite.
  let stretches: [[Chart.Point]]
  /// The first point whose value is not finite: there training went wrong.
  let firstNotFinite: Chart.Point?

  init(_ points: [Chart.Point]) {
    let placed = points.filter(\.x.isFinite)
    stretches = placed.split { !$0.y.isFinite }.map(Array.init)
    firstNotFinite = placed.first { !$0.y.isFinite }
  }

  var points: [Chart.Point] { stretches.flatMap { $0 } }

  /// Each point the mean of about `count` around it; at the ends, of those that there are.
  static func averaged(_ points: [Chart.Point], over count: Int) -> [Chart.Point] {
    guard count > 1 else { return points }
    // sums[i]: of the first i values, so that any mean takes one subtraction.
    var sums = [0.0]
    for point in points { sums.append(sums[sums.count - 1] + point.y) }
    let reach = min(count, points.count) / 2
    return points.indices.map { index in
      let (from, to) = (max(0, index - reach), min(points.count, index + reach + 1))
      return Chart.Point(points[index].x, (sums[to] - sums[from]) / Double(to - from))
    }
  }

  /// Of each of `count` runs of neighbours the lowest and the highest: to the eye the same line.
  static func thinned(_ points: [Chart.Point], to count: Int = 500) -> [Chart.Point] {
    guard points.count > 2 * count else { return points }
    return (0..<count).flatMap { run -> [Chart.Point] in
      let members = points[run * points.count / count..<(run + 1) * points.count / count]
      guard let low = members.min(by: { $0.y < $1.y }), let high = members.max(by: { $0.y < $1.y }) else { return [] }
      return low.x <= high.x ? [low, high] : [high, low]
    }
  }
}
