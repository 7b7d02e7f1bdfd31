import Weft

/// A type of arguments that values can be drawn of, sound and hostile ones.
protocol Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Self
}

extension Int: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Int {
    draw.isHostile
      ? draw.pick([.min, .min + 1, -1, 0, 1 << 40, 1 << 62, .max - 1, .max, -7, 9])
      : draw.pick([0, 1, 1, 2, 2, 3, 4, -1])
  }
}

extension UInt: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> UInt { draw.isHostile ? .max : UInt(draw.number(below: 4)) }
}

extension Double: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Double {
    draw.isHostile
      ? draw.pick([0, -1, 1e300, -1e300, .nan, .infinity, -.infinity, 1e-300, 1e19, 7])
      : draw.pick([0, 0.5, 1, 2, 0.1, 0.9])
  }
}

extension Float: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Float { Float(Double.drawn(draw)) }
}

extension Bool: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Bool { draw.number(below: 2) == 0 }
}

extension String: Drawable {
  /// Equations: no other function takes a string.
  static func drawn(_ draw: ArgumentDraw) -> String {
    draw.isHostile
      ? draw.pick(["", "->", ",", "...", "i..->", "ij->iij", "é,é->", "ij,jk->iz", "ij->j i", "i->jj", "1,2->"])
      : draw.pick(["ij,jk->ik", "ij->", "ii->i", "...i,...i->...", "i,j->ij", "ij", "...->..."])
  }
}

extension Optional: Drawable where Wrapped: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Wrapped? { draw.number(below: 2) == 0 ? nil : Wrapped.drawn(draw) }
}

extension Array: Drawable where Element: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> [Element] { draw.list { Element.drawn($0) } }
}

extension ClosedRange: Drawable where Bound == Double {
  /// A range of NaN is refused by Swift itself.
  static func drawn(_ draw: ArgumentDraw) -> ClosedRange<Double> {
    let (a, b) = (Double.drawn(draw), Double.drawn(draw))
    return a <= b ? a...b : b <= a ? b...a : 0...1
  }
}

extension Tensor: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Tensor { draw.tensor() }
}

extension ComplexTensor: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> ComplexTensor {
    let real = draw.tensor()
    return draw.isHostile ? ComplexTensor(real: real, imaginary: draw.tensor()) : ComplexTensor(real)
  }
}

extension Shape: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Shape { Shape(draw.make([Int].self)) }
}

extension PerAxis: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> PerAxis {
    draw.number(below: 3) > 0 ? PerAxis(Int.drawn(draw)) : PerAxis(draw.make([Int].self))
  }
}

extension Padding: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Padding {
    switch draw.number(below: 3) {
    case 0: .same
    case 1: Padding(PerAxis.drawn(draw))
    default: Padding(before: PerAxis.drawn(draw), after: PerAxis.drawn(draw))
    }
  }
}

extension RandomStream: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> RandomStream {
    RandomStream(seed: 1, offset: draw.isHostile ? .max : 0)
  }
}

extension Parameter: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Parameter { Parameter(draw.tensor()) }
}

extension RotaryEmbedding: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> RotaryEmbedding { RotaryEmbedding(draw.pick([2, 4]), maxPositions: 3) }
}

extension Initializer: Drawable {
  static func drawn(_ draw: ArgumentDraw) -> Initializer { draw.pick([.zeros, .ones, .uniform(), .orthogonal()]) }
}

extension ArgumentDraw {
  /// A schedule is a function, which no protocol can be given to.
  var schedule: Schedule {
    let rate = Double.drawn(self)
    return { _ in rate }
  }
}
