import Testing
import Weft

private class Box {
  var value = 1.0
}
private final class Derived: Box {
  var other = 0
}
private final class Holder {
  let box = Box()
}
private struct Options {
  let box = Box()
}
private enum Choice {
  case nothing
  case some(Box, count: Int)
}
private final class Link {
  var next: Link?
  let box = Box()
}

/// x times a number that stands behind some references.
private class Scaled: Module {
  var box: Box { Box() }
  override func forward(_ x: Tensor) -> Tensor { x * box.value }
}
private final class InOptional: Scaled {
  let held: Box? = Box()
  override var box: Box { held ?? Box() }
}
private final class InStructure: Scaled {
  let held = Options()
  override var box: Box { held.box }
}
private final class InEnumeration: Scaled {
  let held = Choice.some(Box(), count: 1)
  override var box: Box { if case .some(let box, _) = held { box } else { Box() } }
}
private final class InArray: Scaled {
  let held = [Box(), Box()]
  override var box: Box { held[1] }
}
private final class InDictionary: Scaled {
  let held = ["a": (0, [Box()])]
  override var box: Box { held["a"]?.1[0] ?? Box() }
}
private final class InObject: Scaled {
  let held = Holder()
  override var box: Box { held.box }
}
private final class InSuperclass: Scaled {
  let held: Any = Derived()
  override var box: Box { held as? Box ?? Box() }
}
private final class Lazy: Scaled {
  lazy var held = Box()
  override var box: Box { held }
}
/// A ring of objects, each of which refers to the next.
private final class InRing: Scaled {
  let first = Link()
  let last = Link()
  override init() {
    super.init()
    first.next = Link()
    first.next?.next = last
    last.next = first
  }
  override var box: Box { last.box }
}
/// A layer that no module has as a part.
private final class Wrapper {
  let inner = InOptional()
}
private final class InStray: Scaled {
  let wrapper = Wrapper()
  override var box: Box { wrapper.inner.box }
}

/// What a step finds behind references, at any depth.
@Suite struct ReachedStateTests {
  private static let makers: [(String, @Sendable () -> Scaled)] = [
    ("held", { InOptional() }), ("held.box", { InStructure() }), ("held.some", { InEnumeration() }),
    ("held[1]", { InArray() }), ("held.value.1[0]", { InDictionary() }), ("held.box", { InObject() }),
    ("held", { InSuperclass() }), ("held", { Lazy() }), ("last.box", { InRing() }),
    ("wrapper.inner", { InStray() }),
  ]

  @Test(arguments: makers.indices) func numbersBehindReferences(_ index: Int) throws {
    let model = Self.makers[index].1()
    _ = model.box  // a lazy one is made by the first use
    let step = Recorded(model) { model, x in model(x).sum() }
    for factor in [1.0, 1, 1, 5, 5, 5, 5, 1] {
      model.box.value = factor
      #expect(try step(Tensor(ones: [3])).item() == 3 * factor, "\(Self.makers[index].0)")
    }
    #expect(step.replayCount == 4, "\(step.whyNotReplayed?.description ?? "")")
    #expect(step.whyNotReplayed == nil)
  }

  /// A number of calls, by which a layer does otherwise some day.
  private final class Counting: Scaled {
    let calls: Box? = Box()
    override func forward(_ x: Tensor) -> Tensor {
      calls?.value += 1
      return (calls?.value ?? 0) > 7 ? x * 2 : x
    }
  }

  @Test func aCounterBehindAReference() throws {
    let step = Recorded(Counting()) { model, x in model(x).sum() }
    for number in 1...12 { #expect(try step(Tensor(ones: [1])).item() == (number > 6 ? 2 : 1)) }
    #expect(step.replayCount == 0)
    let why = step.whyNotReplayed?.description ?? ""
    #expect(why.contains("changed what `calls` of the model stores") && why.contains("`Buffer`"), "\(why)")
  }

  /// Objects that the compiler lays beside the program's constants.
  private final class Constant: Sendable {
    let first = 1.0
    nonisolated(unsafe) var factor: Float = 1
  }
  private static let constant = Constant()
  private final class OfConstant: Module {
    let held = ReachedStateTests.constant
    override func forward(_ x: Tensor) -> Tensor { x * Double(held.factor) }
  }

  @Test func objectsThatAreNotOfTheHeap() throws {
    let step = Recorded(OfConstant()) { model, x in model(x).sum() }
    for factor in [1.0, 1, 1, 3, 3, 3] {
      Self.constant.factor = Float(factor)
      #expect(try step(Tensor(ones: [1])).item() == factor)
    }
    #expect(step.replayCount == 2)
  }

  private final class Settings: TrainingPart {
    var factor = 1.0
    var steps = 0
  }

  /// A part of a class that the library does not know.
  @Test func partsOfOtherClasses() throws {
    let settings = Settings()
    let model = Linear(3, 1)
    let step = Recorded(model, settings) { model, settings, x in (model(x) * 0 + settings.factor).sum() }
    for factor in [1.0, 1, 1, 5, 5, 5, 5, 1] {
      settings.factor = factor
      #expect(try step(Tensor(ones: [1, 3])).item() == factor)
    }
    #expect(step.replayCount == 4)
    let counting = Recorded(model, settings) { model, settings, x in
      settings.steps += 1
      return (model(x) * 0 + Double(settings.steps)).sum()
    }
    for number in 1...5 { #expect(try counting(Tensor(ones: [1, 3])).item() == Double(number)) }
    #expect(counting.whyNotReplayed?.description.contains("changed what a Settings stores") == true)
  }

  private final class Vocabulary: Module {
    let words = (0..<11_000).map { _ in Box() }
    override func forward(_ x: Tensor) -> Tensor { x * words[0].value }
  }

  @Test func moreThanCanBeCompared() throws {
    let step = Recorded(Vocabulary()) { model, x in model(x).sum() }
    for _ in 0..<4 { try step(Tensor(ones: [1])) }
    #expect(step.replayCount == 0)
    #expect(step.whyNotReplayed?.description.contains("at most 10000 objects") == true)
  }
}
