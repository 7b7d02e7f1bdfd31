import Synchronization
import Testing
import WeftTensor

@Suite struct HookTests {
  @Test func hooksRunInOrderAndReplaceTheGradient() {
    let x = Tensor([1.0]).requiringGrad()
    let log = Log()
    let y = x * 2
    y.registerHook {
      log.add("first \($0.item())"); return $0 * 10
    }
    y.registerHook {
      log.add("second \($0.item())"); return nil
    }
    (y * 3).sum().backward()
    #expect(log.entries == ["first 3.0", "second 30.0"])
    #expect(x.grad?.values == [60])
  }

  @Test func aHookSeesTheWholeGradientOnce() {
    let x = Tensor([1.0]).requiringGrad()
    let log = Log()
    x.registerHook {
      log.add("\($0.item())"); return nil
    }
    (x * 2 + x * 3).sum().backward()
    #expect(log.entries == ["5.0"])
  }

  @Test func hooksOfLeavesChangeWhatIsAccumulated() {
    let x = Tensor([1.0]).requiringGrad()
    x.registerHook { _ in Tensor([7.0]) }
    (x * 2).sum().backward()
    #expect(x.grad?.values == [7])
  }

  @Test func hooksRunForGradToo() throws {
    let x = Tensor([1.0]).requiringGrad()
    let y = x * 2
    y.registerHook { $0 * 10 }
    #expect(try grad(of: (y * 3).sum(), with: x).values == [60])
  }

  @Test func retainGradKeepsInnerGradients() {
    let x = Tensor([2.0]).requiringGrad()
    let y = x * x
    let other = x * 3
    y.retainGrad()
    (y * 5 + other).sum().backward()
    #expect(y.grad?.values == [5])
    #expect(other.grad == nil)
    #expect(x.grad?.values == [23])
  }

  @Test func finalHooksRunOncePerPassWithTheSum() {
    let x = Tensor([1.0]).requiringGrad()
    let log = Log()
    x.registerFinalGradientHook { log.add("\($0.item())") }
    (x * 2 + x * 3).sum().backward()
    (x * 1.0).sum().backward()
    #expect(log.entries == ["5.0", "6.0"])
  }

  @Test func finalHooksRunWhileThePassGoesOn() {
    // The gradient of the newer parameter is final before the older one's operation is reached, though both parameters
    // are older than any operation.
    let (early, late) = (Tensor([1.0]).requiringGrad(), Tensor([1.0]).requiringGrad())
    let log = Log()
    let first = early * 2
    first.registerHook { _ in
      log.add("older operation"); return nil
    }
    late.registerFinalGradientHook { _ in log.add("newer parameter") }
    early.registerFinalGradientHook { _ in log.add("older parameter") }
    let scaled = late * 3
    (scaled * first).sum().backward()
    #expect(log.entries == ["newer parameter", "older operation", "older parameter"])
  }
}

final class Log: Sendable {
  private let lines = Mutex<[String]>([])
  var entries: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}
