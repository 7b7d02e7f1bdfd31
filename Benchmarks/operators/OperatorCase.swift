import Weft

/// One line of cases.txt with one of its passes.
struct OperatorCase {
  let name: String
  private let input: Tensor
  private let function: (Tensor) -> Tensor
  private let goesBack: Bool

  /// nil where the line names no function, shape, type or layout that there is.
  init?(_ name: String) {
    let words = name.split(separator: " ").map(String.init)
    guard words.count == 5, let make = Functions.all[words[0]], let dtype = Self.types[words[2]],
      let input = Self.input(words[1].split(separator: "x").compactMap { Int($0) }, dtype, layout: words[3])
    else { return nil }
    self.name = name
    self.input = input
    function = make(input)
    goesBack = words[4] == "fb"
  }

  private static let types: [String: DType] = [
    "float32": .float32, "float64": .float64, "bfloat16": .bfloat16, "int64": .int64, "int32": .int32,
    "uint8": .uint8,
  ]

  private static func input(_ sizes: [Int], _ dtype: DType, layout: String) -> Tensor? {
    guard let last = sizes.last else { return nil }
    func random(_ sizes: [Int]) -> Tensor {
      dtype.isFloatingPoint
        ? Tensor(normal: Shape(sizes)).converted(to: dtype)
        : Tensor(integers: Shape(sizes), in: 0..<100).converted(to: dtype)
    }
    switch layout {
    case "dense": return random(sizes)
    case "transposed": return random(sizes.dropLast(2) + sizes.suffix(2).reversed()).transposed()
    case "strided": return random(sizes.dropLast() + [2 * last]).sliced(axis: -1, step: 2)
    case "nhwc": return random([sizes[0], sizes[2], sizes[3], sizes[1]]).permuted([0, 3, 1, 2])
    default: return nil
    }
  }

  /// A JSON line.
  func measured(seconds: Double) -> String {
    let times = Self.times(seconds: seconds, goesBack ? bothPasses() : { _ = noGrad { function(input) } })
    return "{\"peer\": \"weft\", \"case\": \"\(name)\", \"median_ms\": \(times[times.count / 2]), "
      + "\"min_ms\": \(times[0]), \"steps\": \(times.count)}"
  }

  private func bothPasses() -> () -> Void {
    let x = input.requiringGrad()
    let gradient = Tensor(normal: function(x).shape).converted(to: input.dtype)
    return {
      function(x).backward(gradient: gradient)
      x.grad = nil
    }
  }

  /// How long a step takes, in milliseconds, from the shortest; many short steps are timed together.
  private static func times(seconds: Double, _ step: () -> Void) -> [Double] {
    let clock = ContinuousClock()
    step()
    let once = clock.measure(step) / .milliseconds(1)
    let together = max(1, min(1000, Int(0.1 / max(once, 1e-4))))
    var times: [Double] = []
    let start = clock.now
    while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
      let elapsed = clock.measure { for _ in 0..<together { step() } }
      times.append(elapsed / .milliseconds(1) / Double(together))
    }
    return times.sorted()
  }
}
